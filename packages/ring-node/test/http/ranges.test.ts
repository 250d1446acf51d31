import test from 'ava';
import { byteRange } from '../../src/http/fields/byte-range.js';
import { aServer, codeOf } from './a-server.js';

const cases = [
  ['', 10, 'whole'],
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=2-5', 10, { start: 2, end: 6 }],
  ['bytes=5-', 10, { start: 5, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-30', 10, { start: 0, end: 10 }],
  ['bytes=0-999999999999999999999', 10, { start: 0, end: 10 }],
  ['BYTES= 1-2 ', 10, { start: 1, end: 3 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=5-2', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=1-2,4-5', 10, 'whole'],
  ['lines=1-2', 10, 'whole'],
  ['bytes', 10, 'whole'],
] as const;

for (const [header, size, expected] of cases) {
  test(`F02 Range "${header}" of ${size} bytes`, (t) => t.deepEqual(byteRange(header, size), expected));
}

test('F02 a part is answered with 206, what it is of, and its own length', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('0123456789'));
  const part = await fetch(`${url}/files/a`, { headers: { Range: 'bytes=2-4' } });
  t.is(part.status, 206);
  t.is(part.headers.get('content-range'), 'bytes 2-4/10');
  t.is(part.headers.get('content-length'), '3');
  t.is(await part.text(), '234');
});

test('F02 a range beyond the end is 416 with the size', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('0123456789'));
  const answer = await fetch(`${url}/files/a`, { headers: { Range: 'bytes=10-' } });
  t.is(answer.status, 416);
  t.is(answer.headers.get('content-range'), 'bytes */10');
  t.is(codeOf(await answer.text()), 'bad-range');
});

test('F02 several ranges, and any range on HEAD, give the whole', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('0123456789'));
  const several = await fetch(`${url}/files/a`, { headers: { Range: 'bytes=0-1,4-5' } });
  t.is(several.status, 200);
  t.is(await several.text(), '0123456789');
  const head = await fetch(`${url}/files/a`, { method: 'HEAD', headers: { Range: 'bytes=0-1' } });
  t.is(head.status, 200);
  t.is(head.headers.get('content-length'), '10');
});

test('F02 If-Range gives the part of the same content only', async (t) => {
  const { url, node } = await aServer(t);
  const { digest, modifiedMs } = node.keep('a', Buffer.from('0123456789'));
  const statusWith = async (ifRange: string) => (await fetch(`${url}/files/a`, { headers: { Range: 'bytes=0-1', 'If-Range': ifRange } })).status;
  t.is(await statusWith(`"${digest}"`), 206);
  t.is(await statusWith(`W/"${digest}"`), 200);
  t.is(await statusWith('"other"'), 200);
  t.is(await statusWith(new Date(modifiedMs).toUTCString()), 206);
  t.is(await statusWith(new Date(modifiedMs + 5000).toUTCString()), 200);
});
