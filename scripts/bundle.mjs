// Puts the program ring-node together from its built files: a few files load in half the time of two hundred, and its guards need no compiler of schemas.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { Compiler } from '../packages/protocol/dist/src/guards.js';
import { linkSchemas, messageSchemas, peerBodySchemas } from '../packages/protocol/dist/src/index.js';

const ringNode = fileURLToPath(new URL('../packages/ring-node/', import.meta.url));
/** As deep as the built files, which look for the package's description from where they are. */
const outdir = `${ringNode}dist/bundle/node`;
const { dependencies } = JSON.parse(await readFile(`${ringNode}package.json`, 'utf8'));

const { outputFiles } = await build({
  entryPoints: ['main', 'worker'].map((name) => `${ringNode}dist/src/node/${name}.js`),
  outdir,
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  // What others have written stays where npm puts it.
  external: Object.keys(dependencies).filter((name) => !name.startsWith('@coring/')),
  plugins: [{ name: 'guards', setup: (bundler) => bundler.onLoad({ filter: /protocol\/dist\/src\/guards\.js$/ }, () => ({ contents: compiledGuards() })) }],
});
// A program that starts meanwhile finds its files, unless they have changed.
await mkdir(outdir, { recursive: true });
for (const { path, contents } of outputFiles) if (!(await isThere(path, contents))) await writeFile(path, contents);
const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const name of await readdir(outdir)) if (!made.has(name)) await rm(join(outdir, name));

async function isThere(path, contents) {
  const there = await readFile(path).catch(() => undefined);
  return there?.equals(contents) === true;
}

/** In place of `guards.js`: a function for each schema of a message, a link's frame or a body that nodes ask each other for, found by the schema. */
function compiledGuards() {
  const compiler = new Compiler({ source: true, esm: true, optimize: true });
  const places = Object.entries({ messageSchemas, linkSchemas, peerBodySchemas }).flatMap(([from, schemas]) => {
    return Object.entries(schemas).map(([type, schema]) => ({ key: compiler.add(schema), place: `${from}[${JSON.stringify(type)}]` }));
  });
  return `
    import { peerBodySchemas } from './http/peer-bodies.js';
    import { linkSchemas } from './message/hello.js';
    import { messageSchemas } from './message/message.js';
    ${standalone.default(compiler.ajv, Object.fromEntries(places.map(({ key }) => [key, key])))}
    const guards = new Map([${places.map(({ key, place }) => `[${place}, ${key}]`).join()}]);
    export const guardOf = (schema) => guards.get(schema);
  `;
}
