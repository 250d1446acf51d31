import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { aServer, raw } from './a-server.js';

test('who closes its half after the request gets its answer, however long that takes', async (t) => {
  const { port, node } = await aServer(t);
  const { request } = node;
  node.request = async (...asked) => {
    await wait(50);
    return request.apply(node, asked);
  };
  const put = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none', { end: true });
  t.is(put.status, 201);
  for (const fields of ['', 'Range: bytes=0-1\r\n']) t.regex((await raw(port, `GET /files/a HTTP/1.1\r\nHost: a\r\n${fields}\r\n`, { end: true })).body, /^one?$/);
  t.is((await raw(port, 'GET /ring HTTP/1.1\r\nHost: a\r\n\r\n', { end: true })).status, 200);
});
