import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { FakeNode } from './a-fake-node.js';
import { type AServer, aServer, until } from './a-server.js';

test('O02 a watcher is told each event with its number, type and facts', async (t) => {
  const server = await aServer(t);
  const watcher = await aWatcher(t, server);
  tell(server.node, 2);
  await until(() => watcher.text().includes('id: 2'), 'both have come');
  t.regex(watcher.text(), /^HTTP\/1\.1 200 OK\r\n/);
  t.regex(watcher.text(), /Content-Type: text\/event-stream/);
  t.true(watcher.text().includes('retry: 1000\n\n'));
  t.true(watcher.text().includes('id: 1\nevent: reachable\ndata: {"type":"reachable","nodeId":"node 1"}\n\n'));
  t.deepEqual(watcher.numbers(), [1, 2]);
});

test('O02 a watcher that comes back gets what it missed, once', async (t) => {
  const server = await aServer(t);
  tell(server.node, 5);
  const watcher = await aWatcher(t, server, 'Last-Event-ID: 3');
  tell(server.node, 1);
  await until(() => watcher.text().includes('id: 6'), 'the newest has come');
  t.deepEqual(watcher.numbers(), [4, 5, 6]);
});

test('O02 a watcher of an earlier life of the node gets all that is remembered; a new one only what is new', async (t) => {
  const server = await aServer(t);
  tell(server.node, 2);
  const old = await aWatcher(t, server, 'Last-Event-ID: 900');
  const fresh = await aWatcher(t, server);
  const odd = await aWatcher(t, server, 'Last-Event-ID: nonsense');
  tell(server.node, 1);
  await until(() => [old, fresh, odd].every((watcher) => watcher.text().includes('id: 3')), 'all have the newest');
  t.deepEqual([old.numbers(), fresh.numbers(), odd.numbers()], [[1, 2, 3], [3], [3]]);
});

test('O02 a watcher that does not read is cut, and others go on', async (t) => {
  const server = await aServer(t, { watcherBytesMax: 50_000 });
  const deaf = connect(server.port, '127.0.0.1');
  deaf.pause();
  deaf.on('error', () => undefined);
  deaf.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => server.node.watchers.size === 1, 'it watches');
  const watcher = await aWatcher(t, server);
  for (let told = 0; told < 5000 && server.node.watchers.size === 2; told++) {
    server.node.tell({ type: 'warning', what: 'x'.repeat(10_000) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => server.node.watchers.size === 1, 'it is cut');
  server.node.tell({ type: 'warning', what: 'the last one' });
  await until(() => watcher.text().includes('the last one'), 'the other has the last one');
  deaf.destroy();
  t.pass();
});

test('O02 a watcher that leaves is forgotten, a silent node sends signs of life', async (t) => {
  const server = await aServer(t, { heartbeatMs: 10 });
  const watcher = await aWatcher(t, server);
  await until(() => watcher.text().includes(': still here\n\n'), 'a sign of life came');
  watcher.leave();
  await until(() => server.node.watchers.size === 0, 'it is forgotten');
  t.pass();
});

test('O02 HEAD /events watches nothing', async (t) => {
  const { url, node } = await aServer(t);
  t.is((await fetch(`${url}/events`, { method: 'HEAD' })).status, 200);
  t.is(node.watchers.size, 0);
});

test('R09 closing the server ends the streams of events', async (t) => {
  const server = await aServer(t);
  const watcher = await aWatcher(t, server);
  await server.server.closeGracefully(60_000);
  await watcher.ended;
  t.is(server.node.watchers.size, 0);
});

function tell(node: FakeNode, times: number): void {
  for (let told = 0; told < times; told++) node.tell({ type: 'reachable', nodeId: `node ${node.recentEvents().length + 1}` });
}

async function aWatcher(t: ExecutionContext, { port, node }: AServer, ...lines: string[]) {
  const before = node.watchers.size;
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(['GET /events HTTP/1.1', 'Host: a', ...lines, '', ''].join('\r\n'));
  await until(() => node.watchers.size === before + 1, 'it watches');
  return {
    text: () => text,
    numbers: () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])),
    leave: () => void socket.destroy(),
    ended: once(socket, 'close'),
  };
}
