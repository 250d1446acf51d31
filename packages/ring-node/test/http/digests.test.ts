import { createHash } from 'node:crypto';
import test from 'ava';
import { announcedDigest, reprDigest } from '../../src/http/fields/content-digest.js';
import { sha256 } from './a-fake-node.js';
import { aServer, codeOf, raw } from './a-server.js';

const hello = Buffer.from('hello');
const right = reprDigest(sha256(hello));
const wrong = reprDigest(sha256(Buffer.from('hullo')));

const cases: readonly (readonly [string, string | undefined])[] = [
  [right, sha256(hello)],
  [`sha-512=:AAAA:, ${right}`, sha256(hello)],
  [`${right};a=1`, sha256(hello)],
  [`${wrong}, ${right}`, sha256(hello)],
  ['sha-512=:AAAA:', undefined],
  ['', undefined],
  ['sha-256=:AAAA:', 'refused'],
  ['sha-256', 'refused'],
  ['sha-256="text"', 'refused'],
  [right.replaceAll(':', ''), 'refused'],
];
for (const [header, expected] of cases) {
  test(`F04 the announcement "${header}" is ${expected === 'refused' ? 'refused' : expected === undefined ? 'none' : 'read'}`, (t) => {
    if (expected === 'refused') t.throws(() => announcedDigest(header, 'Repr-Digest'), { message: /sha-256 that is none/ });
    else t.is(announcedDigest(header, 'Repr-Digest'), expected);
  });
}

for (const field of ['Repr-Digest', 'Content-Digest']) {
  test(`F04 ${field} is verified: other content is 400 and nothing is stored`, async (t) => {
    const { url, node } = await aServer(t);
    const put = (digest: string) => fetch(`${url}/files/a`, { method: 'PUT', body: hello, headers: { [field]: digest } });
    const refused = await put(wrong);
    t.is(refused.status, 400);
    t.is(codeOf(await refused.text()), 'bad-digest');
    t.is(node.files.size, 0);
    t.is(node.staged.size, 0);
    t.is((await put('sha-256=:no:')).status, 400);
    t.is((await put(right)).status, 201);
  });
}

test('F04 a digest may follow the content, in a trailer', async (t) => {
  const { port, node } = await aServer(t);
  const put = (digest: string) => {
    return raw(port, `PUT /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: Repr-Digest\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nRepr-Digest: ${digest}\r\n\r\n`);
  };
  t.is(codeOf((await put(wrong)).body), 'bad-digest');
  t.is(node.files.size, 0);
  t.is((await put(right)).status, 201);
});

test('F04 answers carry the digest of the whole content, parts too', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', hello);
  const expected = `sha-256=:${createHash('sha256').update(hello).digest('base64')}:`;
  t.is((await fetch(`${url}/files/a`)).headers.get('repr-digest'), expected);
  t.is((await fetch(`${url}/files/a`, { headers: { Range: 'bytes=1-2' } })).headers.get('repr-digest'), expected);
});
