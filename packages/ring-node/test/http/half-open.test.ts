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

test('a census is read no further for a client that is done sending: it cannot be told from one that has gone', async (t) => {
  const { port, node, url } = await aServer(t);
  for (const name of ['a', 'b', 'c']) t.is((await fetch(`${url}/files/${name}`, { method: 'PUT', body: name })).status, 201);
  let opened = 0;
  const { open } = node;
  node.open = async (...asked) => {
    opened++;
    await wait(200);
    return open.apply(node, asked);
  };
  const answer = await raw(port, 'GET /ring/census HTTP/1.1\r\nHost: a\r\n\r\n', { end: true });
  await wait(700);
  t.is(answer.status, 0);
  t.true(opened <= 1);
});
