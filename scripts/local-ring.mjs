// npm run ring -- [n]: a ring of n nodes (three, if not said) on this machine, until Ctrl-C.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coloured, startNode, whole } from './local-nodes.mjs';

const count = Number(process.argv[2] ?? 3);
if (!Number.isInteger(count) || count < 1 || count > 50) {
  process.stderr.write('npm run ring -- [n]: n is a number of nodes, 1 to 50\n');
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'coring-ring-'));
const nodes = [];
let isStopping = false;

async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  await Promise.all(nodes.map((node) => node.kill('SIGTERM')));
  await rm(folder, { recursive: true, force: true });
  process.exit(code);
}

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

try {
  for (let i = 0; i < count && !isStopping; i++) {
    const name = `node ${i + 1}`.padEnd(`node ${count}`.length);
    const onLine = (line) => process.stdout.write(`${coloured(`${name} |`, i)} ${line}\n`);
    const node = startNode({ data: join(folder, String(i + 1)), onLine, ...(i === 0 ? {} : { join: nodes[i - 1].address }) });
    nodes.push(node);
    await node.listening;
    void node.ended.then(() => process.stdout.write(`${coloured(`${name} |`, i)} ended\n`));
  }
  await whole(nodes[0], count);
  const [first] = nodes;
  const last = nodes.at(-1);
  const port = ({ address }) => address.slice(address.lastIndexOf(':') + 1);
  process.stdout.write(`
A ring of ${count}: ${nodes.map(({ address }) => `http://${address}`).join(' ')}

  npx webclient -put test_files/index.html -p ${port(first)}
  npx webclient -get index.html -o - -p ${port(last)}
  npx webclient status -p ${port(first)}
  kill -9 ${last.pid}        # node ${count}; the others go on

Ctrl-C ends it; what it keeps is in ${folder} and goes with it.

`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await stop(1);
}
