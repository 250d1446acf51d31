// npm start: shows a ring at work, with real processes, real files and a real kill. `npm start -- --stay` leaves it running.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { coloured, startNode, webclient, whole } from './local-nodes.mjs';

const BIG_FILE_BYTES = 50 * 1000 * 1000;
const samples = fileURLToPath(new URL('../test_files/', import.meta.url));
const stays = process.argv.includes('--stay');

const folder = await mkdtemp(join(tmpdir(), 'coring-demo-'));
const running = new Map();
const startedMs = performance.now();

let isEnding = false;

process.once('SIGINT', () => void end());
process.once('SIGTERM', () => void end());

try {
  await demonstrate();
} catch (error) {
  if (!isEnding) say(`It went wrong: ${error.message}`);
  process.exitCode = 1;
}
if (stays && process.exitCode === undefined) say(`It stays until Ctrl-C. Data and logs are in ${folder}`);
else await end();

async function demonstrate() {
  say('Three nodes, each told of one peer:');
  let [a, b, c] = [await start('A'), undefined, undefined];
  b = await start('B', { join: a.address });
  c = await start('C', { join: b.address });
  await whole(a, 3);

  say('Files are put on A:');
  const files = await sampleFiles();
  for (const { name, path } of files) show(await webclient(['-put', path, '--as', name], a));

  say('and got from B:');
  await fetchAll(files, b, 'B');

  say(`While they are got from C, A is killed: kill -9 ${a.pid}`);
  const fetching = fetchAll(files, c, 'C');
  await a.kill('SIGKILL');
  await fetching;

  say('Without A, two of the three copies can be made at once:');
  const [first] = files;
  show(await webclient(['-put', first.path, '--as', 'meanwhile.html'], b));

  say('A comes back, finds its ring by itself, and has what was written meanwhile:');
  a = await start('A', { listen: a.address });
  await whole(a, 3);
  await fetchAll([{ ...first, name: 'meanwhile.html' }], a, 'A');

  say('The ring as C sees it:');
  show(await webclient(['status'], c));
  say(`Every file came back byte for byte, in ${((performance.now() - startedMs) / 1000).toFixed(0)} s in all.`);
}

async function start(name, { join: peer, listen = '127.0.0.1:0' } = {}) {
  const lines = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
  const node = startNode({ data: join(folder, name), listen, onLine: (line) => lines.write(`${line}\n`), ...(peer === undefined ? {} : { join: peer }) });
  running.set(name, node);
  await node.listening;
  show(coloured(`${name} listens on http://${node.address}, process ${node.pid}${peer === undefined ? '' : `, joined after ${peer}`}`, name.charCodeAt(0)));
  return node;
}

/** What lies in test_files, and a file that is too big to lie there. */
async function sampleFiles() {
  const big = join(folder, 'fifty-megabytes.bin');
  await pipeline(someBytes(BIG_FILE_BYTES), createWriteStream(big));
  const names = (await readdir(samples)).filter((name) => name !== 'README.md').sort((x, y) => Number(y.endsWith('.html')) - Number(x.endsWith('.html')));
  const paths = [...names.map((name) => ({ name, path: join(samples, name) })), { name: 'fifty-megabytes.bin', path: big }];
  return Promise.all(paths.map(async (file) => ({ ...file, digest: await sha256(file.path) })));
}

async function fetchAll(files, node, from) {
  const into = await mkdtemp(join(folder, `from-${from}-`));
  for (const { name, digest } of files) {
    await webclient(['-get', name], node, { cwd: into });
    const found = await sha256(join(into, name));
    if (found !== digest) throw new Error(`${name} from ${from} differs: sha-256 ${digest} was put, ${found} came`);
    show(`${name}: the same bytes, sha-256 ${digest.slice(0, 16)}…`);
  }
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function* someBytes(count) {
  for (let left = count; left > 0; left -= 1_000_000) yield randomBytes(Math.min(left, 1_000_000));
}

function say(text) {
  process.stdout.write(`\n${text}\n`);
}

function show(text) {
  process.stdout.write(text.replaceAll(/^(?=.)/gm, '  ') + '\n');
}

async function end() {
  if (isEnding) return;
  isEnding = true;
  await Promise.all([...running.values()].map((node) => node.kill('SIGTERM')));
  await rm(folder, { recursive: true, force: true });
  say('All nodes have ended, and the temporary folder is gone. To look around yourself: npm start -- --stay, or npm run ring');
}
