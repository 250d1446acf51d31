import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { StoreError } from '@coring/file-store';
import { formatStamp } from '@coring/protocol';
import test from 'ava';
import { sha256 } from './a-fake-node.js';
import { aServer, codeOf, raw, rawRequest, until } from './a-server.js';

test('F07 an upload that its client gives up leaves nothing, and the old version stays', async (t) => {
  const { port, node } = await aServer(t);
  node.keep('a', Buffer.from('old'));
  const socket = connect(port, '127.0.0.1');
  socket.write('PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf');
  await until(() => [...node.staged.values()].some((chunks) => chunks.length > 0), 'the half has come');
  socket.resetAndDestroy();
  await until(() => node.staged.size === 0, 'it is discarded');
  t.is(node.files.get('a')?.bytes.toString(), 'old');
  t.deepEqual(node.requests, []);
});

test('F07 a small upload that its client gives up never reaches the ring', async (t) => {
  const { port, server, node } = await aServer(t);
  const socket = connect(port, '127.0.0.1');
  socket.write('PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
  const [request] = (await once(server.server, 'request')) as [IncomingMessage];
  socket.resetAndDestroy();
  await until(() => request.closed, 'its end is seen');
  t.is((await fetch(`http://127.0.0.1:${port}/files/b`, { method: 'PUT', body: 'x' })).status, 201);
  t.deepEqual(node.requests.map((asked) => 'name' in asked && asked.name), ['b']);
});

test('F07 a small body may come in pieces', async (t) => {
  const { port, server, node } = await aServer(t);
  const socket = connect(port, '127.0.0.1');
  socket.write('PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha');
  const [request] = (await once(server.server, 'request')) as [IncomingMessage];
  await until(() => request.readableFlowing === true, 'its body is read');
  socket.write('lf');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  t.regex(answer.toString(), /^HTTP\/1\.1 201 /);
  t.is(node.files.get('a')?.bytes.toString(), 'half');
});

for (const [size, length] of [['small', 100], ['large', 100_000]] as const) {
  test(`F07 a ${size} body shorter than announced is 400 length-mismatch and leaves nothing`, async (t) => {
    const { port, node } = await aServer(t);
    const answer = await raw(port, `PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nhalf`, { end: true });
    t.is(answer.status, 400);
    t.is(codeOf(answer.body), 'length-mismatch');
    await until(() => node.staged.size === 0, 'it is discarded');
    t.is(node.files.size, 0);
  });

  test(`R17 a ${size} upload without progress is 408 and leaves nothing`, async (t) => {
    const { port, node } = await aServer(t, { uploadIdleMs: 60 });
    const answer = await raw(port, `PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nhalf`);
    t.is(answer.status, 408);
    t.deepEqual(JSON.parse(answer.body), { error: { code: 'request-timeout', message: 'the upload made no progress' } });
    t.regex(answer.head, /Connection: close/i);
    t.is(node.staged.size, 0);
  });
}

test('F07 a chunked body cut in the middle, or with a broken chunk, leaves nothing', async (t) => {
  const { port, node } = await aServer(t);
  const head = 'PUT /files/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';
  t.is((await raw(port, head, { end: true })).status, 400);
  t.is((await raw(port, `${head}zz\r\n`)).status, 400);
  await until(() => node.staged.size === 0, 'it is discarded');
  t.is(node.files.size, 0);
});

test('R17 a slow disk is no slow client', async (t) => {
  const { url, node } = await aServer(t, { uploadIdleMs: 40 });
  const body = Buffer.alloc(70_000);
  node.stages = () => ({
    token: 'slow',
    write: () => new Promise((resolve) => setTimeout(resolve, 120)),
    seal: async () => ({ size: body.length, digest: sha256(body) }),
    discard: async () => undefined,
  });
  t.is((await fetch(`${url}/files/a`, { method: 'PUT', body })).status, 201);
});

test('R16 an announced length over the limit is 413 before a byte is staged', async (t) => {
  const { port, node } = await aServer(t, { bodyBytesMax: 10 });
  const answer = await rawRequest(port, 'PUT /files/a HTTP/1.1', 'Content-Length: 11');
  t.is(answer.status, 413);
  t.is(codeOf(answer.body), 'too-large');
  t.is(node.staged.size, 0);
});

test('R16 a body without a length is cut off with 413 at the limit', async (t) => {
  const { port, node } = await aServer(t, { bodyBytesMax: 10 });
  const answer = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n');
  t.is(answer.status, 413);
  t.is(node.staged.size, 0);
  const exactly = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhelloworld\r\n0\r\n\r\n');
  t.is(exactly.status, 201);
});

test('R17 neither a length nor chunks is 411', async (t) => {
  const { port } = await aServer(t);
  const answer = await rawRequest(port, 'PUT /files/a HTTP/1.1');
  t.is(answer.status, 411);
  t.is(codeOf(answer.body), 'length-required');
});

test('R17 a refused upload that keeps coming is read for a while, then cut', async (t) => {
  const { port } = await aServer(t, { bodyBytesMax: 10 });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('PUT /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  t.regex(answer.toString(), /^HTTP\/1\.1 413 /);
  const drip = setInterval(() => socket.write('x'), 20);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
});

test('F01 Expect: 100-continue is asked on only when the header is in order', async (t) => {
  const { port, node } = await aServer(t);
  const put = async (path: string, headers: Record<string, string> = {}) => {
    const sent = request({ port, host: '127.0.0.1', method: 'PUT', path, headers: { Expect: '100-continue', 'Content-Length': '5', ...headers } });
    let continued = false;
    sent.once('continue', () => {
      continued = true;
      sent.end('hello');
    });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    response.resume();
    sent.destroy();
    return [response.statusCode as number, continued];
  };
  t.deepEqual(await put('/files/a'), [201, true]);
  t.is(node.files.get('a')?.bytes.toString(), 'hello');
  t.deepEqual(await put('/files/a/'), [400, false]);
  t.deepEqual(await put('/files/a', { 'If-Match': 'unquoted' }), [400, false]);
  t.is((await rawRequest(port, 'PUT /files/a HTTP/1.1', 'Expect: miracles', 'Content-Length: 0')).status, 400);
  t.is((await raw(port, 'PUT /files/a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx')).status, 200);
});

test('R17 a body in a transfer coding that is not undone is refused, not kept as it comes', async (t) => {
  const { port, node } = await aServer(t);
  const answer = await raw(port, 'PUT /files/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\n\r\n');
  t.is(answer.status, 400);
  t.is(codeOf(answer.body), 'bad-header');
  t.is(node.files.size, 0);
});

test('F03 the content type is the one given, else guessed from the name', async (t) => {
  const { url } = await aServer(t);
  const typeOf = async (name: string, given?: string) => {
    const body = Buffer.from('x');
    await fetch(`${url}/files/${name}`, { method: 'PUT', body, headers: given === undefined ? {} : { 'Content-Type': given } });
    return (await fetch(`${url}/files/${name}`)).headers.get('content-type');
  };
  t.is(await typeOf('a.png', 'image/x-mine'), 'image/x-mine');
  t.is(await typeOf('a.png'), 'image/png');
  t.is(await typeOf('b.txt'), 'text/plain; charset=utf-8');
  t.is(await typeOf('c'), 'application/octet-stream');
  t.is(await typeOf('d.json', 'application/x-www-form-urlencoded'), 'application/json; charset=utf-8');
});

for (const [header, value] of [
  ['Content-Range', 'bytes 0-1/5'],
  ['Content-Encoding', 'gzip'],
  ['Content-Type', `text/${'x'.repeat(255)}`],
  ['Coring-Require', 'weak'],
  ['Coring-Require-Copies', '0'],
  ['Coring-Require-Copies', '1.5'],
  ['Coring-Require-Copies', 'all'],
  ['Coring-Resolve', '*'],
  ['Coring-Resolve', ''],
  ['Coring-Resolve', '1790000000000000-0123456789abcdef0123456789abcdef,'],
  ['Idempotency-Key', 'x'.repeat(65)],
  ['Idempotency-Key', 'two words'],
  ['If-Match', 'unquoted'],
] as const) {
  test(`R17 a PUT with ${header}: ${value.slice(0, 12)} is refused with 400 and nothing is asked of the ring`, async (t) => {
    const { url, node } = await aServer(t);
    const answer = await fetch(`${url}/files/a`, { method: 'PUT', body: 'x', headers: { [header]: value } });
    t.is(answer.status, 400);
    t.is(codeOf(await answer.text()), 'bad-header');
    t.is(node.staged.size, 0);
    t.deepEqual(node.requests, []);
  });
}

test('F12 wishes reach the ring, and an equal key on an equal name is an equal operation, where the content is equal', async (t) => {
  const { url, node } = await aServer(t);
  const put = (name: string, key?: string, body = 'x') => {
    const headers = { 'Coring-Require': 'strong', 'Coring-Require-Copies': '2', ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
    return fetch(`${url}/files/${name}`, { method: 'PUT', body, headers });
  };
  for (const [name, key] of [['a', 'k'], ['a', 'k'], ['b', 'k'], ['a'], ['a']] as const) await put(name, key);
  await fetch(`${url}/files/a`, { method: 'DELETE', headers: { 'Idempotency-Key': 'k' } });
  await put('a', 'k', 'y');
  t.like(node.requests[0], { requireStrong: true, requireCopies: 2, size: 1, digest: sha256(Buffer.from('x')), deadlineMs: 10_000 });
  const ids = node.requests.map((request) => ('opId' in request ? request.opId : ''));
  t.is(ids[0], ids[1]);
  t.is(new Set(ids).size, 6);
  t.true(ids.every((id) => id.length <= 96));
});

test('R05 conflict copies that a change resolves reach the ring, which has to do it strongly', async (t) => {
  const { url, node } = await aServer(t);
  const [one, two] = [{ time: 1_790_000_000_000_000, node: '0'.repeat(32) }, { time: 1_790_000_000_000_001, node: 'f'.repeat(32) }];
  const headers = { 'Coring-Resolve': `${formatStamp(one)}, ${formatStamp(two)}` };
  await fetch(`${url}/files/a`, { method: 'PUT', body: 'x', headers });
  await fetch(`${url}/files/a`, { method: 'DELETE', headers });
  for (const request of node.requests) t.like(request, { requireStrong: true, resolves: [one, two] });
  t.is(node.requests.length, 2);
});

test('F10 a full disk is 507 and leaves nothing', async (t) => {
  const { url, node } = await aServer(t);
  const isFull = (): never => {
    throw new StoreError('disk-full', 'no space left on device /secret/path');
  };
  let discarded = 0;
  node.takes = isFull;
  node.stages = () => ({ token: 'x', write: async () => isFull(), seal: () => Promise.reject(new Error('sealed')), discard: async () => void discarded++ });
  for (const size of [1, 100_000]) {
    const answer = await fetch(`${url}/files/a`, { method: 'PUT', body: Buffer.alloc(size) });
    t.is(answer.status, 507);
    const body = await answer.text();
    t.is(codeOf(body), 'disk-full');
    t.notRegex(body, /secret/);
  }
  t.is(discarded, 1);
  t.deepEqual(node.requests, []);
});

for (const [cause, message] of [
  ['EACCES', 'this node may not use its data directory'],
  ['EPERM', 'this node may not use its data directory'],
  ['EROFS', 'this node may not use its data directory'],
  ['EIO', 'the disk of this node failed'],
] as const) {
  test(`a disk that refuses with ${cause} is 500 with a code of its own, which says nothing of paths`, async (t) => {
    const { url, node } = await aServer(t);
    node.stages = () => {
      throw new StoreError('disk-failed', 'could not write /secret/path', { cause: Object.assign(new Error(cause), { code: cause }) });
    };
    const answer = await fetch(`${url}/files/a`, { method: 'PUT', body: Buffer.alloc(100_000) });
    t.is(answer.status, 500);
    t.deepEqual(await answer.json(), { error: { code: 'disk-failed', message } });
  });
}

test('R16 an upload is read no faster than the disk takes it: one write at a time, and little waits for it', async (t) => {
  const { url, server, node } = await aServer(t);
  const body = Buffer.alloc(8 * 2 ** 20, 'x');
  let upload: IncomingMessage | undefined;
  server.server.once('request', (request) => (upload = request));
  let [writing, most, waiting, size] = [0, 0, 0, 0];
  node.stages = () => ({
    token: 'slow',
    write: async (chunk) => {
      most = Math.max(most, ++writing);
      await new Promise((resolve) => setImmediate(resolve));
      waiting = Math.max(waiting, upload!.readableLength);
      size += chunk.length;
      writing--;
    },
    seal: async () => ({ size, digest: sha256(body) }),
    discard: async () => undefined,
  });
  t.is((await fetch(`${url}/files/a`, { method: 'PUT', body })).status, 201);
  t.is(size, body.length);
  t.is(most, 1);
  t.true(waiting <= 2 ** 18, `${waiting} bytes waited`);
});
