import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import test from 'ava';
import { selfId } from './a-fake-node.js';
import { aServer, codeOf, raw, rawRequest, until } from './a-server.js';

for (const [what, bytes] of [
  ['nothing', Buffer.of()],
  ['one byte', Buffer.of(0)],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['one byte more than a chunk', randomBytes(65_537)],
] as const) {
  test(`R16 ${what} comes back as it went in`, async (t) => {
    const { url } = await aServer(t);
    t.is((await fetch(`${url}/files/a`, { method: 'PUT', body: bytes })).status, 201);
    const got = await fetch(`${url}/files/a`);
    t.is(got.headers.get('content-length'), String(bytes.length));
    t.deepEqual(Buffer.from(await got.arrayBuffer()), bytes);
  });
}

test('R16 64 MiB stream through in both directions, a few at a time', async (t) => {
  const { url, node } = await aServer(t);
  const chunk = randomBytes(2 ** 20);
  const size = 64 * chunk.length;
  const hash = createHash('sha256');
  // Bytes that have left one end and not reached the other: what server, client and kernel hold between them.
  let between = 0;
  let most = 0;
  const leaves = (): void => void (most = Math.max(most, (between += chunk.length)));
  node.stages = () => ({
    token: 'big',
    write: async (bytes) => {
      hash.update(bytes);
      between -= bytes.length;
    },
    seal: async () => ({ size, digest: hash.copy().digest('hex') }),
    discard: async () => undefined,
  });
  node.opens = () => ({ size, stream: Readable.from(chunks(chunk, 64, leaves)) });
  const body = Readable.toWeb(Readable.from(chunks(chunk, 64, leaves)));
  const put = await fetch(`${url}/files/big`, { method: 'PUT', body, duplex: 'half' });
  t.is(put.status, 201);
  const got = createHash('sha256');
  const answer = await fetch(`${url}/files/big`);
  for await (const part of answer.body!) {
    got.update(part);
    between -= part.length;
  }
  t.is(got.digest('hex'), hash.digest('hex'));
  t.is(between, 0);
  t.true(most <= 28 * 2 ** 20, `${most} bytes were on the way`);
});

test('R16 a client that never reads holds up the source, and is cut in the end', async (t) => {
  const { url, port, node } = await aServer(t, { stalledMs: 1_500 });
  // The application is loaded for the first request.
  await (await fetch(`${url}/files/none`)).arrayBuffer();
  const chunk = Buffer.alloc(2 ** 16);
  const size = 1600 * chunk.length;
  node.keep('big', Buffer.of(), { size });
  let produced = 0;
  let ended = false;
  node.opens = () => {
    const stream = Readable.from(chunks(chunk, 1600, () => (produced += chunk.length)));
    stream.once('close', () => (ended = true));
    return { size, stream };
  };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET /files/big HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => ended, 'it is cut');
  t.true(produced < 32 * 2 ** 20, `${produced} bytes were produced for nobody`);
  socket.destroy();
});

const broken: readonly (readonly [string, (size: number) => Iterable<Buffer>])[] = [
  ['breaks in the middle', (size) => breaking(Buffer.alloc(size), size / 2)],
  ['has fewer bytes than the version', (size) => [Buffer.alloc(size / 2), Buffer.alloc(size / 2 - 1)]],
  ['has more bytes than the version', (size) => [Buffer.alloc(size / 2), Buffer.alloc(size / 2 + 1)]],
  ['has nothing', () => []],
];
for (const [what, source] of broken) {
  test(`a source that ${what} cuts the connection where there is no other, or is 503 where the answer has not begun`, async (t) => {
    const { url, node } = await aServer(t);
    for (const [name, size] of [['big', 200_000], ['small', 10]] as const) {
      node.keep(name, Buffer.alloc(size));
      const sources = [Readable.from(source(size))];
      node.opens = () => {
        const stream = sources.shift();
        return stream && { size, stream };
      };
      const answer = fetch(`${url}/files/${name}`).then(async (got) => [got.status, (await got.arrayBuffer()).byteLength > 0]);
      if (name === 'small') t.deepEqual(await answer, [503, true]);
      else await t.throwsAsync(answer);
    }
    t.is((await fetch(`${url}/healthz`)).status, 200);
  });
}

test('bytes that cannot be had are 503, not an empty file', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.from('there'));
  node.opens = () => undefined;
  const answer = await fetch(`${url}/files/a`);
  t.is(answer.status, 503);
  t.is(answer.headers.get('retry-after'), '1');
  t.is(answer.headers.get('etag'), null);
  t.is(codeOf(await answer.text()), 'unavailable');
});

test('bytes that one source cannot give are asked for anew: the ring names another', async (t) => {
  const { url, node } = await aServer(t);
  for (const size of [10, 200_000]) {
    const bytes = randomBytes(size);
    node.keep('a', bytes);
    // Nobody who keeps it gives it the first time.
    const sources = [undefined, undefined, aBrokenSource(), Readable.from([bytes])];
    node.opens = () => {
      const stream = sources.shift();
      return stream && { size, stream };
    };
    node.requests.length = 0;
    const answer = await fetch(`${url}/files/a`, { headers: { 'If-None-Match': '"another"' } });
    t.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    t.is(node.requests.length, 3);
  }
});

test('bytes that this node cannot open come from another that keeps them', async (t) => {
  const { url, node } = await aServer(t);
  for (const size of [10, 200_000]) {
    const bytes = randomBytes(size);
    node.keep('a', bytes);
    node.opens = (_range, _signal, nodeId) => (nodeId === selfId ? undefined : { size, stream: Readable.from([bytes]) });
    node.requests.length = 0;
    t.deepEqual(Buffer.from(await (await fetch(`${url}/files/a`, { headers: { 'If-None-Match': '"another"' } })).arrayBuffer()), bytes);
    t.is(node.requests.length, 1);
  }
});

test('where sources are lost on the way, others go on from there, with the same version', async (t) => {
  const { url, node } = await aServer(t);
  const bytes = randomBytes(1_000_000);
  const { version } = node.keep('a', bytes);
  const begins: number[] = [];
  node.opens = ({ start, end } = { start: 0, end: bytes.length }) => {
    begins.push(start);
    // Each gives a part of what it is asked for; at every third there is nobody.
    if (begins.length % 3 === 0) return undefined;
    return { size: bytes.length, stream: Readable.from(breaking(bytes.subarray(start, end), 100_000)) };
  };
  const answer = await fetch(`${url}/files/a`, { headers: { Range: 'bytes=50000-' } });
  t.is(answer.status, 206);
  t.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes.subarray(50_000));
  t.deepEqual([...new Set(begins)], Array.from({ length: 10 }, (_, i) => 50_000 + i * 100_000));
  for (const request of node.requests.slice(1)) t.like(request, { op: 'get', name: 'a', version });
});

test('a source is not asked for the same bytes for ever', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('a', Buffer.alloc(200_000));
  let asked = 0;
  node.opens = () => (++asked === 1 ? { size: 200_000, stream: Readable.from(breaking(Buffer.alloc(200_000), 100_000)) } : { size: 200_000, stream: aBrokenSource() });
  await t.throwsAsync(fetch(`${url}/files/a`).then((answer) => answer.arrayBuffer()));
  t.is(asked, 4);
});

test('a client that leaves takes its request back and closes the source', async (t) => {
  const { port, node } = await aServer(t);
  let aborted = false;
  node.answers = (_, signal) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        aborted = true;
        resolve({ type: 'failed', code: 'unavailable', message: 'nobody waits' });
      });
    });
  };
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => node.requests.length === 1, 'it is asked');
  socket.resetAndDestroy();
  await until(() => aborted, 'it is taken back');
  t.pass();
});

test('HEAD and 304 open no bytes', async (t) => {
  const { url, node } = await aServer(t);
  const { digest } = node.keep('a', Buffer.from('there'));
  node.opens = () => {
    t.fail();
    return undefined;
  };
  t.is((await fetch(`${url}/files/a`, { method: 'HEAD' })).status, 200);
  t.is((await fetch(`${url}/files/a`, { headers: { 'If-None-Match': `"${digest}"` } })).status, 304);
  t.like(node.requests[0], { headOnly: true });
});

test('one connection serves many requests in a row', async (t) => {
  const { port, node } = await aServer(t);
  node.keep('a', Buffer.from('content'));
  const one = 'GET /files/a HTTP/1.1\r\nHost: a\r\n\r\n';
  const { body } = await raw(port, `${one.repeat(9)}${one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
  t.is(body.split('\r\n\r\ncontent').length - 1, 9);
  t.is((await rawRequest(port, 'HEAD /files/a HTTP/1.1')).body, '');
});

function* chunks(chunk: Buffer, times: number, each: () => void = () => undefined): Generator<Buffer> {
  for (let sent = 0; sent < times; sent++) {
    each();
    yield chunk;
  }
}

function aBrokenSource(): Readable {
  return new Readable({
    read() {
      this.destroy(new Error('the disk is gone'));
    },
  });
}

/** So many of the bytes, and an error where there are more. */
function* breaking(bytes: Buffer, most: number): Generator<Buffer> {
  yield bytes.subarray(0, most);
  if (bytes.length > most) throw new Error('the disk is gone');
}
