import { createHash, randomBytes } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import type { Fetch } from '@coring/protocol';
import { LinkError } from '../../src/node/links/link-error.js';
import type { Fetched } from '../../src/node/links/links.js';
import { aRelay, flipAt } from './relay.js';
import { aStranger } from './stranger.js';
import { aPing, anEnd, type End, type EndOptions, randomId, until } from './two-nodes.js';

const MIB = 1024 * 1024;
const secret = Buffer.from('a secret of the ring, long enough');
const content = randomBytes(3 * MIB + 17);
const version = { time: 1, node: randomId() };
const never = new AbortController().signal;
setMaxListeners(0, never);

for (const [how, options] of [['without a secret', {}], ['with a secret', { secret }]] as const) {
  test(`64 MiB arrive byte by byte, ${how}`, async (t) => {
    const mib = randomBytes(MIB);
    const { a, b } = await twoEnds(t, { ...options, serve: async () => ({ size: 64 * MIB, stream: Readable.from(repeat(mib, 64)) }) });
    const { size, stream } = await a.links.fetch(b.address, b.nodeId, { name: 'large', version }, never);
    t.is(size, 64 * MIB);
    const [got, wanted] = [createHash('sha256'), createHash('sha256')];
    for await (const bytes of stream as AsyncIterable<Buffer>) got.update(bytes);
    for (let i = 0; i < 64; i++) wanted.update(mib);
    t.is(got.digest('hex'), wanted.digest('hex'));
  });
}

test('a slow reader slows the giver down: neither side piles bytes up', async (t) => {
  let read = 0;
  const source = function* (): Generator<Buffer> {
    for (; read < 256; read++) yield Buffer.alloc(MIB);
  };
  const { a, b } = await twoEnds(t, { serve: async () => ({ size: 256 * MIB, stream: Readable.from(source(), { highWaterMark: 1 }) }) });
  const { stream } = await a.links.fetch(b.address, b.nodeId, { name: 'large', version }, never);
  let seen = 0;
  let still = 0;
  // Until nothing has moved for 50 looks in a row: kernel buffers hold some, too.
  await until(() => ((still = read === seen ? still + 1 : 0), (seen = read), still === 50));
  t.true(read < 40, `${read} MiB were read ahead`);
  t.true(stream.readableLength <= 2 * MIB);
  let taken = 0;
  for await (const bytes of stream as AsyncIterable<Buffer>) taken += bytes.length;
  t.is(taken, 256 * MIB);
});

test('a range is what is asked for, and the size that of the whole', async (t) => {
  const { a, b } = await twoEnds(t, { serve: serveContent });
  for (const [offset, length] of [[0, 10], [5, 1], [1_000_000, 500_000], [content.length - 3, 100], [content.length, 1], [0, 0]] as const) {
    const fetched = await a.links.fetch(b.address, b.nodeId, { name: 'file', version, offset, length }, never);
    t.is(fetched.size, content.length);
    t.true(content.subarray(offset, offset + length).equals(await bytesOf(fetched)));
  }
  t.true(content.subarray(17).equals(await bytesOf(await a.links.fetch(b.address, b.nodeId, { name: 'file', version, offset: 17 }, never))));
});

test('many small pieces arrive as they were, however late they are read', async (t) => {
  const serve = async (): Promise<Fetched> => ({ size: content.length, stream: Readable.from(cut(content, 1_000)) });
  const { a, b } = await twoEnds(t, { serve }, { limits: { bulkBufferChunks: 10_000 } });
  const fetched = await fetchContent(a, b);
  await until(() => fetched.stream.readableLength === Math.ceil(content.length / 1_000));
  t.true(content.equals(await bytesOf(fetched)));
});

test('an empty file is a file', async (t) => {
  const { a, b } = await twoEnds(t, { serve: async () => ({ size: 0, stream: Readable.from([]) }) });
  const fetched = await a.links.fetch(b.address, b.nodeId, { name: 'empty', version }, never);
  t.is(fetched.size, 0);
  t.is((await bytesOf(fetched)).length, 0);
});

test('the giver is asked for exactly what was wanted', async (t) => {
  const asked: Fetch[] = [];
  const serve = async (request: Fetch): Promise<undefined> => void asked.push(request);
  const { a, b } = await twoEnds(t, { serve });
  for (const what of [{ name: 'ä/b', version }, { name: 'c', version, offset: 3, length: 4 }]) {
    await t.throwsAsync(a.links.fetch(b.address, b.nodeId, what, never), { instanceOf: LinkError, code: 'not-found' });
  }
  await t.throwsAsync(a.links.follow(b.address, b.nodeId, { name: 'd', token: 'token' }, never), { instanceOf: LinkError, code: 'not-found' });
  t.deepEqual(asked, [
    { type: 'FETCH', name: 'ä/b', version, offset: 0 },
    { type: 'FETCH', name: 'c', version, offset: 3, length: 4 },
    { type: 'FETCH', name: 'd', token: 'token', offset: 0 },
  ]);
});

test('a giver that fails to open the bytes says so', async (t) => {
  const { a, b } = await twoEnds(t, { serve: () => Promise.reject(new Error('disk')) });
  await t.throwsAsync(a.links.fetch(b.address, b.nodeId, { name: 'file', version }, never), { instanceOf: LinkError, code: 'unavailable' });
});

test('fetches one after the other use the same link, those at the same time each their own', async (t) => {
  const { a, b } = await twoEnds(t, { serve: serveContent });
  for (let i = 0; i < 5; i++) t.is((await bytesOf(await fetchContent(a, b))).length, content.length);
  t.is(b.accepted.length, 1);
  await Promise.all(Array.from({ length: 8 }, async () => t.true(content.equals(await bytesOf(await fetchContent(a, b))))));
  t.true(b.accepted.length > 1 && b.accepted.length <= 8);
});

test('a link that the giver ended while it was unused is replaced', async (t) => {
  const { a, b } = await twoEnds(t, { serve: serveContent });
  await bytesOf(await fetchContent(a, b));
  b.accepted[0]?.destroy();
  t.true(content.equals(await bytesOf(await fetchContent(a, b))));
});

test('unused links are closed after a while', async (t) => {
  const { a, b } = await twoEnds(t, { serve: serveContent }, { limits: { bulkIdleMs: 20 } });
  await bytesOf(await fetchContent(a, b));
  await until(() => b.accepted[0]?.destroyed === true);
  t.true(content.equals(await bytesOf(await fetchContent(a, b))));
});

test('giving up ends both sides, before and amid the bytes', async (t) => {
  const streams: Readable[] = [];
  const serve = async (): Promise<Fetched> => {
    streams.push(Readable.from(repeat(Buffer.alloc(MIB), 1_000)));
    return { size: 1_000 * MIB, stream: streams.at(-1)! };
  };
  const { a, b } = await twoEnds(t, { serve });
  await t.throwsAsync(a.links.fetch(b.address, b.nodeId, { name: 'file', version }, AbortSignal.abort()), { instanceOf: LinkError, code: 'aborted' });
  const controller = new AbortController();
  const { stream } = await a.links.fetch(b.address, b.nodeId, { name: 'file', version }, controller.signal);
  await once(stream, 'readable');
  controller.abort();
  await t.throwsAsync(once(stream, 'end'), { instanceOf: LinkError, code: 'aborted' });
  const second = await a.links.fetch(b.address, b.nodeId, { name: 'file', version }, never);
  second.stream.destroy();
  await until(() => streams.length === 2 && streams.every(({ destroyed }) => destroyed));
  t.pass();
});

test('giving up while the giver still looks for the bytes ends the wait', async (t) => {
  let isAsked = false;
  const { a, b } = await twoEnds(t, { serve: () => ((isAsked = true), new Promise(() => undefined)) });
  const controller = new AbortController();
  const fetching = a.links.fetch(b.address, b.nodeId, { name: 'file', version }, controller.signal);
  await until(() => isAsked);
  controller.abort();
  await t.throwsAsync(fetching, { instanceOf: LinkError, code: 'aborted' });
});

test('a chunk changed on the way is found', async (t) => {
  const b = await anEnd(t, { serve: serveContent });
  const relay = await aRelay(t, b.port.port, { toClient: flipAt(1_000_000) });
  const a = await anEnd(t);
  const { stream } = await a.links.fetch(relay.address, b.nodeId, { name: 'file', version }, never);
  await t.throwsAsync(readAll(stream), { instanceOf: LinkError, code: 'corrupt' });
});

test('with a secret, a chunk changed on the way breaks its seal', async (t) => {
  const b = await anEnd(t, { secret, serve: serveContent });
  const relay = await aRelay(t, b.port.port, { toClient: flipAt(1_000_000) });
  const a = await anEnd(t, { secret });
  const { stream } = await a.links.fetch(relay.address, b.nodeId, { name: 'file', version }, never);
  await t.throwsAsync(readAll(stream), { instanceOf: LinkError, code: 'bad-frame' });
});

for (const [how, source] of [
  ['fails', () => Readable.from(failing())],
  ['has fewer bytes than it said', () => Readable.from([content.subarray(0, MIB)])],
  ['has more bytes than it said', () => Readable.from([content, content])],
] as const) {
  test(`a store that ${how} ends the bytes with an error, never early`, async (t) => {
    const { a, b } = await twoEnds(t, { serve: async () => ({ size: content.length, stream: source() }) });
    const { stream } = await fetchContent(a, b);
    await t.throwsAsync(readAll(stream), { instanceOf: LinkError, code: 'cut-short' });
  });
}

test('a link cut amid the bytes ends them with an error', async (t) => {
  const b = await anEnd(t, { serve: async () => ({ size: 100 * MIB, stream: Readable.from(repeat(Buffer.alloc(MIB), 100)) }) });
  const relay = await aRelay(t, b.port.port);
  const a = await anEnd(t);
  const { stream } = await a.links.fetch(relay.address, b.nodeId, { name: 'file', version }, never);
  await once(stream, 'readable');
  relay.cut();
  await t.throwsAsync(readAll(stream), { instanceOf: LinkError, code: 'cut-short' });
});

test('a giver that stops amid the bytes is given up on, a reader that stops is not', async (t) => {
  const stuck = new Readable({ read: () => undefined });
  stuck.push(content.subarray(0, 1_000));
  const serve = async ({ name }: Fetch): Promise<Fetched> => (name === 'stuck' ? { size: content.length, stream: stuck } : { size: content.length, stream: Readable.from([content]) });
  const { a, b } = await twoEnds(t, { serve }, { limits: { stallMs: 1_000, bulkBufferChunks: 1 } });
  const unread = await a.links.fetch(b.address, b.nodeId, { name: 'unread', version }, never);
  const { stream } = await a.links.fetch(b.address, b.nodeId, { name: 'stuck', version }, never);
  await t.throwsAsync(readAll(stream), { instanceOf: LinkError, code: 'stalled' });
  t.true(content.equals(await bytesOf(unread)));
});

test('another node than the one asked for is not fetched from', async (t) => {
  const { a, b } = await twoEnds(t, { serve: serveContent });
  await t.throwsAsync(a.links.fetch(b.address, randomId(), { name: 'file', version }, never), { instanceOf: LinkError, code: 'wrong-node' });
  await t.throwsAsync(a.links.fetch('127.0.0.1:1', b.nodeId, { name: 'file', version }, never), { instanceOf: LinkError, code: 'unreachable' });
  await t.throwsAsync(a.links.fetch('nowhere', b.nodeId, { name: 'file', version }, never), { instanceOf: LinkError, code: 'unreachable' });
});

test('bulk bytes do not delay messages', async (t) => {
  const { a, b } = await twoEnds(t, { serve: async () => ({ size: 1_000 * MIB, stream: Readable.from(repeat(Buffer.alloc(MIB), 1_000)) }) });
  const { stream } = await a.links.fetch(b.address, b.nodeId, { name: 'file', version }, never);
  stream.resume();
  b.links.send(a.address, aPing(b.nodeId, a.nodeId));
  await until(() => a.arrived.length === 1);
  t.false(stream.readableEnded);
  stream.destroy();
});

test('R17 two fetches at once on one link are refused, and the source is let go', async (t) => {
  const stream = Readable.from(repeat(Buffer.alloc(MIB), 1_000));
  const b = await anEnd(t, { serve: async () => ({ size: 1_000 * MIB, stream }) });
  const stranger = await aStranger(t, b.port.port);
  await stranger.shakeHands({ purpose: 'bulk' });
  const request = { type: 'FETCH', name: 'file', version, offset: 0 };
  stranger.sendFrame(request);
  stranger.sendFrame(request);
  await until(() => stream.destroyed);
  t.pass();
});

test('closing ends fetches on both sides', async (t) => {
  const source = Readable.from(repeat(Buffer.alloc(MIB), 1_000));
  const { a, b } = await twoEnds(t, { serve: async () => ({ size: 1_000 * MIB, stream: source }) });
  const { stream } = await a.links.fetch(b.address, b.nodeId, { name: 'file', version }, never);
  const failed = t.throwsAsync(readAll(stream), { instanceOf: LinkError });
  await b.links.close();
  await failed;
  t.true(source.destroyed);
});

async function twoEnds(t: ExecutionContext, giver: EndOptions, asker: EndOptions = {}): Promise<{ a: End; b: End }> {
  const shared = giver.secret === undefined ? {} : { secret: giver.secret };
  return { a: await anEnd(t, { ...shared, ...asker }), b: await anEnd(t, giver) };
}

function fetchContent(a: End, b: End): Promise<Fetched> {
  return a.links.fetch(b.address, b.nodeId, { name: 'file', version }, never);
}

async function serveContent({ offset, length = Infinity }: Fetch): Promise<Fetched> {
  return { size: content.length, stream: Readable.from([content.subarray(offset, offset + length)]) };
}

async function bytesOf({ stream }: Fetched): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const bytes of stream as AsyncIterable<Buffer>) chunks.push(bytes);
  return Buffer.concat(chunks);
}

async function readAll(stream: Readable): Promise<void> {
  for await (const bytes of stream) void bytes;
}

function* repeat(bytes: Buffer, times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield bytes;
}

function* cut(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

function* failing(): Generator<Buffer> {
  yield content.subarray(0, MIB);
  throw new Error('the disk failed');
}
