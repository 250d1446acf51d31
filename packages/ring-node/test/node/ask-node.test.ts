import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { askNode } from '../../src/node/ask-node.js';

const schema = { type: 'object', properties: { files: { type: 'integer' } }, required: ['files'] };

test('another node is asked also at a port that fetch refuses', async (t) => {
  const server = createServer((_request, response) => response.end('{"files":3}'));
  const address = await listening(t, server, [10_080, 6_697, 6_679, 6_000, 3_659, 4_190, 4_045]);
  if (address === undefined) return t.log('not tried: all of these ports are taken');
  await t.throwsAsync(fetch(`http://${address}/`));
  t.deepEqual(await askNode({ address, target: '/', schema, bytesMax: 100, withinMs: 5_000 }), { files: 3 });
});

test('what is no answer is an error: another status, another body, too long a one, none', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/refused') response.writeHead(503).end('{}');
    else if (request.url === '/other') response.end('{"files":"many"}');
    else if (request.url === '/long') response.end(`{"files":3${' '.repeat(200)}}`);
  });
  const address = (await listening(t, server, [0]))!;
  const ask = (target: string): Promise<unknown> => askNode({ address, target, schema, bytesMax: 100, withinMs: target === '/silent' ? 50 : 5_000 });
  await t.throwsAsync(ask('/refused'), { message: 'it answered 503' });
  await t.throwsAsync(ask('/other'));
  await t.throwsAsync(ask('/long'), { message: 'its answer is longer than 100 bytes' });
  await t.throwsAsync(ask('/silent'));
});

/** The first of the ports that is free; undefined where none is. */
async function listening(t: ExecutionContext, server: Server, ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) {
    server.listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(() => true, () => false);
    if (!isFree) continue;
    t.teardown(() => {
      server.closeAllConnections();
      server.close();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  return undefined;
}
