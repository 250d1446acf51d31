import { connect } from 'node:net';
import test from 'ava';
import { plainRequest } from '../../src/http/short-cut/plain-request.js';
import { smallContents } from '../../src/http/short-cut/small-contents.js';
import { FakeNode } from './a-fake-node.js';
import { aServer, raw, until } from './a-server.js';

const contents: readonly (readonly [string, string, Buffer, string])[] = [
  ['text', 'a.txt', Buffer.from('content'), 'text/plain; charset=utf-8'],
  ['nothing', 'empty', Buffer.of(), 'application/octet-stream'],
  ['every byte', 'bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), 'application/octet-stream'],
  ['a page of a name to be encoded', 'dir/%C3%BC%20%22.html', Buffer.from('<script>'), 'text/html'],
  ['as much as is small', 'most', Buffer.alloc(65_536, 'x'), 'image/png'],
  ['more than is small', 'more', Buffer.alloc(65_537, 'x'), 'image/png'],
];

for (const answersHere of [true, false]) {
  for (const method of ['GET', 'HEAD']) {
    for (const [what, path, bytes, contentType] of contents) {
      test(`${method} of ${what} is answered alike by the short cut and by the application, ${answersHere ? 'at once' : 'after a round'}`, async (t) => {
        const { port, node } = await aServer(t);
        node.answersHere = answersHere;
        node.keep(decodeURIComponent(path), bytes, { contentType });
        const byApplication = await raw(port, `${method} /files/${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        // The first is read, the second is at hand, the third says goodbye.
        const plain = `${method} /files/${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
        const kept = await raw(port, `${plain}${plain}${plain.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
        t.is(byApplication.status, 200);
        const length = method === 'HEAD' ? 0 : bytes.length;
        const answers = split(`${kept.head}\r\n\r\n${kept.body}`, length);
        t.is(answers.length, 3);
        for (const answer of answers) {
          t.deepEqual(fieldsOf(answer.head), fieldsOf(byApplication.head));
          t.true(answer.body === byApplication.body);
        }
        t.true(byApplication.body === (method === 'HEAD' ? '' : bytes.toString('latin1')));
      });
    }
  }
}

test('what a connection asks is answered in order, whoever answers it', async (t) => {
  const { port, node } = await aServer(t);
  node.answersHere = true;
  node.keep('a', Buffer.from('first'));
  const get = 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n';
  const put = 'PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nsecond';
  const last = 'GET /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const { head, body } = await raw(port, `${get}${get}${put}${last}`);
  const text = `${head}\r\n\r\n${body}`;
  // Nobody has waited for the change before the last: it may see it or not.
  const seen = [...text.matchAll(/first|second|HTTP\/1\.1 \d+/g)].map(([found]) => (found === 'second' ? 'first' : found));
  t.deepEqual(seen, ['HTTP/1.1 200', 'first', 'HTTP/1.1 200', 'first', 'HTTP/1.1 200', 'HTTP/1.1 200', 'first']);
});

test('a new version is given as soon as the ring says so', async (t) => {
  const { url, node } = await aServer(t);
  for (const answersHere of [true, false]) {
    node.answersHere = answersHere;
    for (const content of ['one', 'two', 'two', 'three']) {
      node.keep('a', Buffer.from(content));
      t.is(await (await fetch(`${url}/files/a`)).text(), content);
    }
  }
});

test('a receipt that changes is told, though the content does not', async (t) => {
  const { url, node } = await aServer(t);
  node.answersHere = true;
  node.keep('a', Buffer.from('content'));
  const copies = async () => (await fetch(`${url}/files/a`)).headers.get('coring-copies');
  t.is(await copies(), '2/3');
  t.is(await copies(), '2/3');
  Object.assign(node, { receipt: { ...node.receipt, copies: 3 } });
  t.is(await copies(), '3/3');
});

test('bytes that were sent before are not opened again', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('content'));
  t.is(await (await fetch(`${url}/files/a`)).text(), 'content');
  node.opens = () => t.fail('they are at hand') as never;
  t.is(await (await fetch(`${url}/files/a`)).text(), 'content');
});

test('bytes that come with the answer are opened nowhere, by no way of asking', async (t) => {
  const { url, node } = await aServer(t);
  const value = node.keep('a', Buffer.from('content'));
  node.answers = async () => ({ type: 'found', value, receipt: node.receipt, bytes: Buffer.from('content') });
  node.opens = () => t.fail('they are at hand') as never;
  t.is(await (await fetch(`${url}/files/a`)).text(), 'content');
  t.is(await (await fetch(`${url}/files/a`, { headers: { Range: 'bytes=3-' } })).text(), 'tent');
});

test('what was sent before is said to be known', async (t) => {
  const { url, node } = await aServer(t);
  const { version } = node.keep('a', Buffer.from('content'));
  for (let i = 0; i < 2; i++) await (await fetch(`${url}/files/a`)).text();
  t.deepEqual(node.requests.map((request) => request.op === 'get' && request.knows), [undefined, version]);
});

test('a request that its sender does not wait for is given up', async (t) => {
  const { port, node } = await aServer(t);
  let given: AbortSignal | undefined;
  node.answers = (_, signal) => {
    given = signal;
    return new Promise(() => undefined);
  };
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => given !== undefined, 'it is asked');
  socket.resetAndDestroy();
  await until(() => given!.aborted, 'it is given up');
  t.pass();
});

test('a sender that is done sending gets its answer, at hand or not', async (t) => {
  const { port, node } = await aServer(t);
  node.answersHere = true;
  node.keep('a', Buffer.from('content'));
  for (let i = 0; i < 2; i++) t.is((await raw(port, 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n', { end: true })).body, 'content');
});

test('plain reads are counted with the others', async (t) => {
  const { url, node } = await aServer(t);
  node.answersHere = true;
  node.keep('a', Buffer.from('content'));
  for (let i = 0; i < 3; i++) await (await fetch(`${url}/files/a`)).text();
  const text = await (await fetch(`${url}/metrics`)).text();
  t.regex(text, /coring_http_requests_total\{route="\/files\/\*name",method="GET",status="200"\} 3/);
  t.regex(text, /coring_http_request_duration_seconds_bucket\{.*le="30".*\} 3\n/);
  t.regex(text, /coring_http_request_duration_seconds_count\{.*\} 3\n/);
});

const plain = 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n';

test('a plain request is known by all of it', (t) => {
  t.deepEqual(plainRequest(plain, 0), { method: 'GET', path: '/files/a', end: plain.length });
  t.deepEqual(plainRequest(`${plain}HEAD /files/b/%20 HTTP/1.1\r\nhost: a\r\nConnection: Keep-Alive\r\nAccept: */*\r\n\r\n`, plain.length)?.path, '/files/b/%20');
});

for (const text of [
  '',
  plain.slice(0, -1),
  plain.replace('GET', 'get'),
  plain.replace('GET', 'PUT'),
  plain.replace('GET ', 'GET  '),
  plain.replace('/files/a', '/files/'),
  plain.replace('/files/a', '/ring'),
  plain.replace('/files/a', 'http://a/files/a'),
  plain.replace('/files/a', '/files/a?version=1'),
  plain.replace('/files/a', '/files/a#b'),
  plain.replace('/files/a', '/files/\u00fc'),
  plain.replace('1.1', '1.0'),
  plain.replaceAll('\r\n', '\n'),
  plain.replace('Host: a', 'Accept: b'),
  plain.replace('Host: a', 'Host: '),
  plain.replace('Host: a', 'Host: a\r\nHost: b'),
  plain.replace('Host: a', 'Host : a'),
  plain.replace('Host: a', 'Host: a\r\n folded'),
  plain.replace('Host: a', 'Host: a\u0000'),
  plain.replace('Host: a', 'Host: a\r\nno field'),
  plain.replace('Host: a', `Host: a\r\nX: ${'x'.repeat(4000)}`),
  ...['Range: bytes=0-1', 'If-None-Match: *', 'If-Modified-Since: x', 'Content-Length: 0', 'Transfer-Encoding: chunked', 'Connection: close', 'Connection: upgrade', 'Upgrade: x'].map(withField),
  ...['Expect: 100-continue', 'TE: trailers', 'Coring-Require: strong', 'coring-require-copies: 2', 'Content-length : 5', 'Transfer-Encoding\t: chunked'].map(withField),
]) {
  test(`${JSON.stringify(text.slice(0, 70))} is not plain`, (t) => t.is(plainRequest(text, 0), undefined));
}

test('contents at hand are bounded, the oldest go', (t) => {
  const at = smallContents(10_000);
  const { receipt } = new FakeNode();
  const content = (name: string, bytes: number) => ({ name, version: { time: 1, node: 'n' }, head: '', receipt, body: 'x'.repeat(bytes) });
  at.set('a', content('a', 3000));
  at.set('b', content('b', 3000));
  t.is(at.get('a')?.name, 'a');
  at.set('b', content('b', 2000));
  t.is(at.get('a')?.name, 'a');
  at.set('c', content('c', 3000));
  t.is(at.get('a'), undefined);
  t.is(at.get('b')?.body.length, 2000);
  at.set('d', content('d', 20_000));
  t.is(at.get('d'), undefined);
});

function withField(field: string): string {
  return plain.replace('Host: a', `Host: a\r\n${field}`);
}

/** Answers that follow each other, each with so many bytes of body. */
function split(text: string, length: number): { head: string; body: string }[] {
  const answers: { head: string; body: string }[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at) + 4;
    answers.push({ head: text.slice(at, end - 4), body: text.slice(end, end + length) });
    at = end + length;
  }
  return answers;
}

/** All but what is of the moment or of the connection. */
function fieldsOf(head: string): readonly string[] {
  return head.split('\r\n').filter((line) => !/^(?:date|connection|keep-alive):/i.test(line)).toSorted();
}

