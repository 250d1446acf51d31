import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import test from 'ava';
import { createWebFace } from '../../src/http/web-face.js';
import { FakeNode } from './a-fake-node.js';
import { aServer, codeOf, raw, rawRequest, until } from './a-server.js';

test('R09 closing cuts idle connections at once and lets a request under way finish', async (t) => {
  const { server, port, node } = await aServer(t);
  const idle = connect(port, '127.0.0.1');
  idle.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(idle, 'data');
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  node.answers = async () => {
    await held;
    return { type: 'absent', receipt: node.receipt };
  };
  const busy = raw(port, 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => node.requests.length === 1, 'it is under way');

  const closed = server.closeGracefully(60_000);
  idle.resume();
  silent.resume();
  await Promise.all([once(idle, 'close'), once(silent, 'close')]);
  release();
  t.is((await busy).status, 404);
  await closed;
});

test('R09 what is not finished after the grace is cut', async (t) => {
  const { server, port, node } = await aServer(t);
  node.answers = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
  const busy = raw(port, 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => node.requests.length === 1, 'it is under way');
  await server.closeGracefully(20);
  t.is((await busy).status, 0);
});

test('R09 a node that is stopping refuses requests, says so, and lets connections go', async (t) => {
  const { port, node } = await aServer(t);
  node.isStopping = true;
  const refused = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx');
  t.is(refused.status, 503);
  t.is(codeOf(refused.body), 'stopping');
  t.regex(refused.head, /Connection: close/i);
  t.is((await rawRequest(port, 'GET /readyz HTTP/1.1')).status, 503);
  const well = await raw(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  t.is(well.status, 200);
  t.is(node.requests.length, 0);
});

test("connections of somebody else's listener are served, put-back bytes included, and watched over", async (t) => {
  const node = new FakeNode();
  const http = createWebFace(node, { headersTimeoutMs: 100 });
  const sorting = createServer((socket) => {
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      http.accept(socket);
    });
  });
  sorting.listen(0, '127.0.0.1');
  await once(sorting, 'listening');
  t.teardown(() => sorting.close());
  const { port } = sorting.address() as AddressInfo;
  const put = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello');
  t.is(put.status, 201);
  t.is(node.files.get('a')?.bytes.toString(), 'hello');
  const slow = await raw(port, 'GET / HTTP/1.1\r\nX: ');
  t.is(slow.status, 408);
  const idle = connect(port, '127.0.0.1');
  idle.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(idle, 'data');
  idle.resume();
  await Promise.all([http.closeGracefully(60_000), once(idle, 'close')]);
  t.is((await raw(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')).status, 0);
});
