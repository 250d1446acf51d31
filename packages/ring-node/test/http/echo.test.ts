import { randomBytes } from 'node:crypto';
import { METHODS } from 'node:http';
import test from 'ava';
import { aServer, codeOf, raw } from './a-server.js';

test('E01 /echo answers every method with the body, byte for byte and in its own type', async (t) => {
  const { port } = await aServer(t);
  for (const method of METHODS.filter((one) => one !== 'CONNECT')) {
    const answer = await raw(port, `${method} /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/x-own\r\nContent-Length: 5\r\n\r\na\0\xff\r\n`);
    t.is(answer.status, 200, method);
    t.regex(answer.head, /content-type: text\/x-own(\r\n|$)/i);
    t.is(answer.body, method === 'HEAD' ? '' : 'a\0\xc3\xbf\r', method);
  }
});

test('E01 megabytes come back as they went, on a connection that goes on', async (t) => {
  const { url } = await aServer(t);
  const body = randomBytes(3 * 2 ** 20);
  for (let i = 0; i < 2; i++) {
    const answer = await fetch(`${url}/echo`, { method: 'POST', body });
    t.is(answer.headers.get('content-length'), String(body.length));
    t.true(Buffer.from(await answer.arrayBuffer()).equals(body));
  }
});

test('E01 too much is 413, slow is 408, as JSON', async (t) => {
  const { url, port } = await aServer(t, { echoBytesMax: 10, uploadIdleMs: 40 });
  const large = await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(11) });
  t.deepEqual([large.status, codeOf(await large.text())], [413, 'too-large']);
  const slow = await raw(port, 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
  t.deepEqual([slow.status, codeOf(slow.body)], [408, 'request-timeout']);
});

test('E01 what is echoed is no page of this node', async (t) => {
  const { url } = await aServer(t);
  const page = { method: 'POST', headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' };
  const { headers } = await fetch(`${url}/echo`, page);
  t.is(headers.get('content-security-policy'), 'sandbox');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.is((await fetch(`${url}/echo`, { ...page, headers: { ...page.headers, origin: 'http://elsewhere.example' } })).status, 403);
});
