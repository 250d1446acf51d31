import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { aNode } from './a-ring.js';
import { get, put } from './files.js';

test('more connections than a node may have descriptors do not end it', async (t) => {
  const node = await aNode(t, { within: ['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh'] });
  const sockets: Socket[] = [];
  t.teardown(() => sockets.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 300; i++) sockets.push(connect(Number(node.port), '127.0.0.1', () => sockets[i]!.write('GET /files/')).on('error', () => undefined));
  await wait(500);
  // What a node does not load before somebody asks for it.
  for (const socket of sockets) if (!socket.destroyed) socket.write('?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await wait(1_000);
  t.true(node.isRunning);
  for (const socket of sockets) socket.destroy();
  await wait(200);
  t.is((await put(node, 'a', 'x')).status, 201);
  t.is((await get(node, 'a')).status, 200);
});
