import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { paths } from '@coring/protocol';
import test from 'ava';
import { aGuardedRing } from './a-guarded-ring.js';
import { aFolder, until } from './a-ring.js';
import { drip, halfOpen, type Outcome, request, Stranger, type Throw, throwAt } from './an-attacker.js';
import { get } from './files.js';

interface Attack extends Throw {
  readonly what: string;
  readonly bytes: string | Buffer;
  /** Any of these may be said: error codes, statuses, `closed`. */
  readonly said: readonly string[];
}

/** Of the page's parts the path alone is none. */
const routes = [...Object.values(paths).filter((path) => path !== paths.pageFiles), '/files/kept', '/nothing'];
const needsNode: readonly string[] = [paths.leave, paths.forget, paths.canStop];
const fits = (path: string): boolean => !needsNode.includes(path);

/** What is said to a method that a path does not know; the echo knows every one. */
const refusesMethod = (path: string): readonly string[] => (path === paths.echo ? ['200'] : [path === '/nothing' ? 'no-such-route' : 'method-not-allowed']);

const anyRoute: Attack[] = routes.flatMap((path) => [
  { what: `no HTTP at ${path}`, bytes: `${path}\r\n\r\n`, said: ['bad-request'] },
  { what: `JSON for a request to ${path}`, bytes: `{"GET": "${path}"`, after: 'end', said: ['bad-request'] },
  { what: `an unknown method at ${path}`, bytes: request(`BREW ${path}`), said: ['bad-request'] },
  { what: `a method in small letters at ${path}`, bytes: request(`get ${path}`), said: ['bad-request'] },
  { what: `PATCH ${path}`, bytes: request(`PATCH ${path}`, ['Content-Length: 9'], '{"a": [[['), said: refusesMethod(path) },
  { what: `TRACE ${path}`, bytes: request(`TRACE ${path}`), said: refusesMethod(path) },
  { what: `CONNECT ${path}`, bytes: request(`CONNECT ${path}`), said: ['closed', 'bad-request'] },
  { what: `POST of broken JSON to ${path}`, bytes: request(`POST ${path}`, ['Content-Type: application/json', 'Content-Length: 4'], '{"a"'), said: path === paths.scrub ? ['202'] : path === paths.echo ? ['200'] : ['method-not-allowed', 'no-such-route', 'bad-request'] },
  { what: `a header of 17 KiB at ${path}`, bytes: request(`GET ${path}`, [`X: ${'x'.repeat(17 * 1024)}`]), said: ['headers-too-large'] },
  { what: `three thousand header lines at ${path}`, bytes: request(`GET ${path}`, Array.from({ length: 3000 }, (_, i) => `X${i}: 1`)), said: ['headers-too-large'] },
  { what: `a length and chunks at ${path}`, bytes: request(`POST ${path}`, ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), said: ['bad-request'] },
  { what: `two lengths at ${path}`, bytes: request(`POST ${path}`, ['Content-Length: 4', 'Content-Length: 5'], 'abcde'), said: ['bad-request'] },
  { what: `a request for ${path} cut in its header`, bytes: `GET ${path} HTTP/1.1\r\nHos`, after: 'end', said: ['bad-request'] },
  { what: `a request for ${path} without a host`, bytes: `GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`, said: ['bad-request'] },
  { what: `a page of elsewhere that posts to ${path}`, bytes: request(`POST ${path}`, ['Origin: https://evil.example', 'Content-Length: 0']), said: ['forbidden-origin'] },
  ...(fits(path) && path !== paths.events && path !== '/nothing'
    ? [{ what: `a body where none belongs, GET ${path}`, bytes: request(`GET ${path}`, ['Content-Length: 7'], '{"a":[}'), said: ['200'] }]
    : []),
]);

const noNames = [
  '..', '.', '%2e%2e', '%2E.', '..%2f..%2f..%2fetc%2fpasswd', '../../etc/passwd', 'a/../kept', 'a/%2e%2e/kept', 'kept/', 'a//kept', '%2fkept', 'kept%00', '%00', 'a%0ab', 'a%7fb', '%ff', '%c0%ae%c0%ae', '%ed%a0%80', '%', '%zz', '%2',
  'x'.repeat(1025), '%c3%bc'.repeat(513),
];
const badNames: Attack[] = noNames.flatMap((name) =>
  ['GET', 'DELETE', 'PUT'].map((method) => ({ what: `${method} of the name ${name.slice(0, 40)}`, bytes: request(`${method} /files/${name}`, method === 'PUT' ? ['Content-Length: 3'] : [], method === 'PUT' ? 'bad' : ''), said: ['bad-name'] })),
);

const put = (fields: readonly string[], body = 'new'): string => request('PUT /files/kept', fields, body);
const badUploads: Attack[] = [
  { what: 'an upload without a length', bytes: put([], ''), said: ['length-required'] },
  { what: 'a length that is more than the body', bytes: put(['Content-Length: 100']), after: 'end', said: ['length-mismatch'] },
  { what: 'an upload cut in the middle', bytes: put(['Content-Length: 100000'], 'x'.repeat(50_000)), after: 'cut', said: ['closed'] },
  { what: 'a new name cut in the middle', bytes: request('PUT /files/half', ['Content-Length: 100000'], 'x'.repeat(50_000)), after: 'cut', said: ['closed'] },
  { what: 'chunks cut in the middle', bytes: put(['Transfer-Encoding: chunked'], 'ff\r\nabc'), after: 'end', said: ['length-mismatch'] },
  { what: 'a new name whose last chunk is missing', bytes: request('PUT /files/half', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'), after: 'end', said: ['length-mismatch'] },
  { what: 'a chunk length that is none', bytes: put(['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n'), said: ['bad-request'] },
  { what: 'a chunk length beyond all numbers', bytes: put(['Transfer-Encoding: chunked'], `${'f'.repeat(17)}\r\nabc\r\n`), said: ['bad-request'] },
  { what: 'chunk extensions without end', bytes: put(['Transfer-Encoding: chunked'], `3;${'x'.repeat(40_000)}`), said: ['too-large', 'bad-request'] },
  { what: 'a length that is less than the body, which has the digest', bytes: put(['Content-Length: 1', 'Repr-Digest: sha-256=:EQqQ4RWXpaOpKVh0nRbjWZjWiEZ/l11Ro5v3bJ1KD+0=:']), said: ['bad-digest', 'bad-request'] },
  { what: 'a negative length', bytes: put(['Content-Length: -3']), said: ['bad-request'] },
  { what: 'a length with a plus', bytes: put(['Content-Length: +3']), said: ['bad-request'] },
  { what: 'a length in hex', bytes: put(['Content-Length: 0x3']), said: ['bad-request'] },
  { what: 'a length beyond all numbers', bytes: put([`Content-Length: ${'9'.repeat(30)}`]), said: ['bad-request', 'too-large'] },
  { what: 'a length beyond the limit', bytes: put([`Content-Length: ${2 ** 40 + 1}`]), said: ['too-large'] },
  { what: 'a digest of something else', bytes: put(['Content-Length: 3', `Repr-Digest: sha-256=:${'A'.repeat(43)}=:`]), said: ['bad-digest'] },
  { what: 'a digest that is none', bytes: put(['Content-Length: 3', 'Repr-Digest: sha-256=:!!:']), said: ['bad-digest'] },
  ...['Coring-Require: never', 'Coring-Require-Copies: 0', 'Coring-Require-Copies: -1', 'Coring-Require-Copies: 3/3', 'Coring-Require-Copies: 99999', 'Idempotency-Key: ', `Idempotency-Key: ${'k'.repeat(65)}`, 'If-Match: kept', 'If-None-Match: "', 'Content-Encoding: gzip', 'Content-Range: bytes 0-2/3', 'Expect: a miracle', `Content-Type: ${'x'.repeat(256)}`].map(
    (field) => ({ what: field.slice(0, 40), bytes: put([field, 'Content-Length: 3']), said: ['bad-header'] }),
  ),
  { what: 'If-Match of another content', bytes: put([`If-Match: "${'0'.repeat(64)}"`, 'Content-Length: 3']), said: ['precondition-failed'] },
];

const badQuestions: Attack[] = [
  ...['limit=0', 'limit=-1', 'limit=1e3', 'limit=99999', 'limit=', `prefix=${'x'.repeat(1025)}`, `after=${'%c3%bc'.repeat(513)}`].map((query) => ({ what: query.slice(0, 40), bytes: request(`GET /files/?${query}`), said: ['bad-request'] })),
  { what: 'a version that is none', bytes: request('GET /files/kept?version=../1'), said: ['bad-request'] },
  { what: 'a range beyond the end', bytes: request('GET /files/kept', ['Range: bytes=99999999999999999999-']), said: ['bad-range'] },
  ...['bytes=9-1', 'bytes=a-b', 'bytes=--1', 'lines=1-2', `bytes=${'0-0,'.repeat(1000)}0-0`].map((range) => ({ what: `Range: ${range.slice(0, 30)}`, bytes: request('GET /files/kept', [`Range: ${range}`]), said: ['200'] })),
  { what: 'a node that does not exist', bytes: request(`POST /ring/forget?node=${'0'.repeat(32)}`, ['Content-Length: 0']), said: ['no-such-node'] },
  { what: 'no node', bytes: request('POST /ring/leave', ['Content-Length: 0']), said: ['bad-request'] },
  { what: 'every node that begins with nothing', bytes: request('POST /ring/leave?node=', ['Content-Length: 0']), said: ['bad-request'] },
  { what: 'a path out of the files', bytes: request('GET /files/../ring'), said: ['bad-name'] },
  { what: 'a path out of everything', bytes: request('GET /../../etc/passwd'), said: ['no-such-route'] },
  ...['\xff', '\xc3\xbc', 'a b', 'a\tb', 'a\0b'].map((name) => ({ what: `the raw name ${JSON.stringify(name)}`, bytes: request(`PUT /files/${name}`, ['Content-Length: 0']), said: ['bad-request'] })),
  { what: 'a target that is none', bytes: request('GET kept'), said: ['bad-request'] },
  { what: 'the first bytes of TLS', bytes: Buffer.from('16030102000100', 'hex'), after: 'end', said: ['bad-request'] },
  { what: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', said: ['bad-request', 'closed'] },
  { what: 'nothing but zeros', bytes: Buffer.alloc(100_000), said: ['bad-request', 'closed'] },
];

const hidden = 'DELETE /files/kept HTTP/1.1\r\nHost: localhost\r\n\r\n';
const smuggled: Attack[] = [
  ['Content-Length: 6', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 6'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: \u000bchunked'],
  ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked, cow'],
  ['Content-Length: 0', 'Content-Length: 60'],
  ['Content-Length: 0, 60'],
  ['Content-Length: 0\u0000'],
  ['X: y\rContent-Length: 0'],
  ['Content-Length\u00a0: 0'],
].map((fields) => ({ what: `a request hidden behind ${JSON.stringify(fields.join(' and '))}`, bytes: put(fields, `0\r\n\r\n${hidden}`), said: ['bad-request', 'bad-digest', 'length-mismatch'] }));

const attacks = [...anyRoute, ...badNames, ...badUploads, ...badQuestions, ...smuggled];

for (const guarded of ['no secret', 'a secret'] as const) {
  test(`R17 F07 whatever is thrown at the port of a ring with ${guarded}, it answers with a code or hangs up, and nothing changes`, async (t) => {
    const ring = await aGuardedRing(t, guarded === 'a secret' ? ['--secret-file', await aSecret(await aFolder(t))] : []);
    const surprises: string[] = [];
    for (let at = 0; at < attacks.length; at += 16) {
      await Promise.all(
        attacks.slice(at, at + 16).map(async (attack, i) => {
          const { what, bytes, said } = attack;
          const outcome = await throwAt(ring.nodes[i % 2]!, bytes, attack);
          if (!said.includes(outcome.said) || leaks(outcome)) surprises.push(`${what}: ${outcome.said}, not ${said.join(' or ')}: ${outcome.text.slice(0, 400)}`);
        }),
      );
    }
    t.deepEqual(surprises, []);
    await ring.unharmed();
  });
}

test('R17 who is slow, or does not go on, is hung up on in time, and others are served meanwhile', async (t) => {
  const ring = await aGuardedRing(t);
  const [node] = ring.nodes;
  const withinMs = 20_000;
  const slow = Promise.all([
    drip(node, ['GET / HTTP/1.1\r\n', ...Array.from({ length: 100 }, (_, i) => `X${i}: y\r\n`)], 250, withinMs),
    drip(node, ['PUT /files/kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100\r\n\r\nabc'], 1, withinMs),
    drip(node, [...'CORING/'], 700, withinMs),
    new Stranger(t, node).end(withinMs),
  ]);
  const begun = Array.from({ length: 375 }, (_, i) => halfOpen(t, node, ['CORI', 'GET /files/', 'PUT /files/half HTTP/1.1\r\n'][i % 3]!));
  // Clients connect ahead of their requests.
  const ahead = Array.from({ length: 125 }, () => halfOpen(t, node, ''));
  let isOver = false;
  const ended = slow.finally(() => (isOver = true));
  while (!isOver) {
    const got = await get(node, 'kept', {}, 3000);
    t.is(Buffer.from(got.bytes).toString(), 'the old version');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.deepEqual(await ended, ['request-timeout', 'request-timeout', 'closed', 'handshake-timeout']);
  await until(() => begun.every((socket) => socket.readableEnded || socket.destroyed), 'those who do not go on to be hung up on', 5000);
  const answers = await Promise.all(ahead.map(answerTo));
  t.true(answers.every((answer) => answer.startsWith('HTTP/1.1 200 OK\r\n')));
  await ring.unharmed();
});

/** What is answered to a request on a connection that has said nothing yet. */
async function answerTo(socket: Socket): Promise<string> {
  socket.write(request('GET /files/kept'));
  return text(socket);
}

async function aSecret(folder: string): Promise<string> {
  const file = join(folder, 'ring.secret');
  await writeFile(file, 'a secret of this ring, long enough', { mode: 0o600 });
  return file;
}

/** Whether an answer shows the inside of the program. */
function leaks({ text }: Outcome): boolean {
  return /\n\s+at |node:[a-z]|node_modules|\.[jt]s:\d|root:x:/.test(text);
}

