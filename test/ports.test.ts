import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { RingBody } from '@coring/protocol';
import { start } from './a-command.js';
import { aFolder } from './a-ring.js';

const FIRST_PORT = 4043;
const LAST_PORT = 4143;

test('R03 eight nodes started at once, among other programs, each get a port and answer on it, or end with 1 and one line', async (t) => {
  const taken = await takePorts(t, [FIRST_PORT, FIRST_PORT + 2, FIRST_PORT + 5]);
  const cwd = await aFolder(t);
  const ports = await Promise.all(Array.from({ length: 8 }, () => portOfNode(t, cwd)));
  const served = ports.filter((port) => port !== undefined);
  t.is(new Set(served).size, served.length, 'two say that they listen on one port');
  t.true(served.every((port) => port >= FIRST_PORT && port <= LAST_PORT && !taken.includes(port)), served.join());
  // What others run on this machine may take ports too, but hardly all of a hundred.
  t.true(served.length > 0);
  for (const port of served) {
    const { self, nodes } = (await (await fetch(`http://127.0.0.1:${port}/ring`)).json()) as RingBody;
    t.deepEqual(nodes.map(({ nodeId, address }) => [nodeId, address]), [[self, `127.0.0.1:${port}`]]);
  }
});

/** Where a node started without arguments listens; undefined where it could not, and said so in one line. */
async function portOfNode(t: ExecutionContext, cwd: string): Promise<number | undefined> {
  const node = start(t, 'ring-node', [], { cwd });
  const listens = node.printed(/listening on http:\/\/127\.0\.0\.1:(\d+) \(process (\d+)\)/, 60_000).catch(() => undefined);
  const found = await listens;
  if (found !== undefined) {
    t.is(Number(found[2]), node.pid);
    return Number(found[1]);
  }
  const { code, stderr } = await node.ended;
  t.is(code, 1);
  t.regex(stderr, /^[^\n]+\n$/);
  return undefined;
}

/** Other programs that listen, on those of the ports that were free. */
async function takePorts(t: ExecutionContext, ports: readonly number[]): Promise<readonly number[]> {
  const taken = await Promise.all(
    ports.map(
      (port) =>
        new Promise<number | undefined>((resolve) => {
          const server = createServer((socket) => socket.destroy());
          server.once('error', () => resolve(undefined)).listen(port, '127.0.0.1', () => {
            t.teardown(() => void server.close());
            resolve(port);
          });
        }),
    ),
  );
  return taken.filter((port) => port !== undefined);
}
