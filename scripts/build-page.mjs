// Builds the page of a node from packages/dashboard into the package ring-node, with its files compressed beside them, and fails where it has grown too large.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { minify } from '@swc/core';
import { build } from 'vite';

/** Most that the whole page may weigh, gzipped, in bytes. */
const BYTES_MAX = 31_000;

const folder = fileURLToPath(new URL('../packages/ring-node/page/', import.meta.url));
const { output } = await build({
  root: fileURLToPath(new URL('../packages/dashboard/', import.meta.url)),
  configFile: false,
  base: '/page/',
  logLevel: 'warn',
  // Calls with children as arguments compress better than the automatic ones.
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' }, jsxInject: "import { h, Fragment } from 'preact'" },
  build: { write: false, assetsDir: '', modulePreload: false, target: ['chrome123', 'firefox124', 'safari17.5'] },
  plugins: [{ name: 'smaller', enforce: 'post', renderChunk: { order: 'post', handler: smaller } }],
});

/** What the bundler leaves can be said in less. */
async function smaller(code) {
  return minify(code, { module: true, compress: { passes: 3, ecma: 2022, unsafe_arrows: true }, mangle: { toplevel: true } });
}

const files = new Map();
let weight = 0;
for (const { fileName, type, code, source } of output) {
  const bytes = Buffer.from(type === 'chunk' ? code : source);
  const gzipped = gzipSync(bytes, { level: 9, memLevel: 9 });
  weight += gzipped.length;
  files.set(fileName, bytes);
  files.set(`${fileName}.gz`, gzipped);
  files.set(`${fileName}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
}
if (weight > BYTES_MAX) throw new Error(`the page weighs ${weight} bytes gzipped, more than ${BYTES_MAX}`);

// A node that starts meanwhile finds its page, unless it has changed.
await mkdir(folder, { recursive: true });
for (const [name, bytes] of files) {
  const there = await readFile(join(folder, name)).catch(() => undefined);
  if (there?.equals(bytes) !== true) await writeFile(join(folder, name), bytes);
}
for (const name of await readdir(folder)) if (!files.has(name)) await rm(join(folder, name));
process.stdout.write(`the page: ${(weight / 1000).toFixed(1)} kB gzipped\n`);
