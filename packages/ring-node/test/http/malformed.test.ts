import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { aServer, codeOf, raw, rawRequest } from './a-server.js';

const wrong: readonly (readonly [string, string, number, string])[] = [
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad-request'],
  ['binary', '\u0000\u0001\u0002\u00ff\r\n\r\n', 400, 'bad-request'],
  ['an unknown method', 'BREW /files/a HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'bad-request'],
  ['an unknown version', 'GET / HTTP/7.3\r\nHost: a\r\n\r\n', 400, 'bad-request'],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad-request'],
  ['two lengths', 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400, 'bad-request'],
  ['a length and chunks', 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'bad-request'],
  ['a length that is none', 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400, 'bad-request'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost a\r\n\r\n', 400, 'bad-request'],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n', 400, 'bad-request'],
  ['a header of 17 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17 * 1024)}\r\n\r\n`, 431, 'headers-too-large'],
  ['a target of 17 KiB', `GET /${'x'.repeat(17 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers-too-large'],
];

for (const [what, bytes, status, code] of wrong) {
  test(`R17 ${what} is ${status} ${code}, and the server goes on`, async (t) => {
    const { port, url, node } = await aServer(t);
    const answer = await raw(port, Buffer.from(bytes, 'latin1'));
    t.is(answer.status, status);
    t.is(codeOf(answer.body), code);
    t.regex(answer.head, /Content-Type: application\/json/);
    t.notRegex(answer.body, /node:|\.js/);
    t.is((await fetch(`${url}/healthz`)).status, 200);
    t.is(node.files.size, 0);
  });
}

test('R17 a request cut in its header is 400', async (t) => {
  const { port } = await aServer(t);
  const answer = await raw(port, 'GET / HTTP/1.1\r\nHos', { end: true });
  t.is(answer.status, 400);
  t.is(codeOf(answer.body), 'bad-request');
});

test('R17 a header that drips in is given up with 408', async (t) => {
  const { port } = await aServer(t, { headersTimeoutMs: 200 });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n');
  const drip = setInterval(() => socket.writable && socket.write('X: y\r\n'), 20);
  t.teardown(() => clearInterval(drip));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  t.regex(answer.toString(), /^HTTP\/1\.1 408 /);
  t.is(codeOf(answer.toString().split('\r\n\r\n')[1]!), 'request-timeout');
  socket.destroy();
});

const routes: readonly (readonly [string, string])[] = [
  ['/', 'GET, HEAD, OPTIONS'],
  ['/files/', 'GET, HEAD, OPTIONS, PUT, DELETE'],
  ['/files/a', 'GET, HEAD, OPTIONS, PUT, DELETE'],
  ['/ring', 'GET, HEAD, OPTIONS'],
  ['/ring/leave', 'POST, OPTIONS'],
  ['/ring/forget', 'POST, OPTIONS'],
  ['/healthz', 'GET, HEAD, OPTIONS'],
  ['/readyz', 'GET, HEAD, OPTIONS'],
  ['/events', 'GET, HEAD, OPTIONS'],
  ['/metrics', 'GET, HEAD, OPTIONS'],
];
for (const [path, methods] of routes) {
  test(`R17 ${path} knows ${methods} and refuses others with 405`, async (t) => {
    const { url, port } = await aServer(t);
    const refused = await fetch(url + path, { method: 'PATCH' });
    t.is(refused.status, 405);
    const sorted = (allow: string | null) => allow?.split(', ').toSorted();
    t.deepEqual(sorted(refused.headers.get('allow')), sorted(methods));
    t.is(codeOf(await refused.text()), 'method-not-allowed');
    const asked = await rawRequest(port, `OPTIONS ${path} HTTP/1.1`);
    t.is(asked.status, 204);
    t.deepEqual(sorted(/^Allow: (.*)$/m.exec(asked.head)?.[1] ?? ''), sorted(methods));
  });
}

for (const path of ['/nothing', '/files', '/ring/', '/RING', '/ring/leave/x', '/healthz/', '//files/a', '/%66iles/a']) {
  test(`R17 ${path} is no route: 404`, async (t) => {
    const { port } = await aServer(t);
    const answer = await rawRequest(port, `GET ${path} HTTP/1.1`);
    t.is(answer.status, 404);
    t.is(codeOf(answer.body), 'no-such-route');
  });
}

test('OPTIONS * is answered, other methods have no *', async (t) => {
  const { port } = await aServer(t);
  t.is((await rawRequest(port, 'OPTIONS * HTTP/1.1')).status, 204);
  t.is((await rawRequest(port, 'GET * HTTP/1.1')).status, 405);
});

test("a page of another origin changes nothing; our own, and programs, do", async (t) => {
  const { port, node } = await aServer(t);
  const put = (...lines: string[]) => rawRequest(port, 'PUT /files/a HTTP/1.1', 'Content-Length: 0', ...lines);
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1', 'garbage']) {
    const refused = await put(`Origin: ${origin}`);
    t.is(refused.status, 403, origin);
    t.is(codeOf(refused.body), 'forbidden-origin');
  }
  t.is((await rawRequest(port, 'POST /ring/forget?node=0b0b HTTP/1.1', 'Origin: https://evil.example')).status, 403);
  t.deepEqual([node.files.size, node.operations.length], [0, 0]);
  t.is((await put('Origin: http://localhost')).status, 201);
  t.is((await put()).status, 200);
  t.is((await rawRequest(port, 'GET /files/a HTTP/1.1', 'Origin: https://evil.example')).status, 200);
});

test('R17 what nobody foresaw is 500 without details', async (t) => {
  const { url, node } = await aServer(t);
  node.answers = () => Promise.reject(new Error('secret /path'));
  const answer = await fetch(`${url}/files/a`);
  t.is(answer.status, 500);
  t.is(answer.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
  t.deepEqual(await answer.json(), { error: { code: 'internal', message: 'something went wrong on this node' } });
});
