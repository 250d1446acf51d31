import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ClientError, contentOf, fileCache, nodeClient, type NodeClient, type ClientOptions } from '../src/index.js';
import { aDeadAddress, aFolder, aHungAddress } from './a-client.js';
import { aFakeNode, type FakeNode, receipt, sendError } from './a-fake-node.js';

function aNodeClient(t: ExecutionContext, options: ClientOptions): NodeClient {
  const client = nodeClient(options);
  t.teardown(() => client.close());
  return client;
}

/** Two nodes of one ring with the same files. */
async function twoNodes(t: ExecutionContext): Promise<[FakeNode, FakeNode]> {
  const a = await aFakeNode(t);
  const b = await aFakeNode(t, { files: a.files });
  a.peers.push(b.address);
  b.peers.push(a.address);
  return [a, b];
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('R19 when the named node dies its peers answer', async (t) => {
  const [a, b] = await twoNodes(t);
  const client = aNodeClient(t, { address: a.address });
  await client.put('f', contentOf('one'));
  await client.ring();
  await a.stop();
  t.is(await textOf((await client.get('f')).body), 'one');
  await client.put('f', contentOf('two'));
  t.is(String(b.files.get('f')), 'two');
});

test('R19 the ring is remembered between runs: a named node that is dead from the start is no hindrance', async (t) => {
  const [a, b] = await twoNodes(t);
  const file = join(await aFolder(t), 'deep', 'nodes.json');
  const first = nodeClient({ address: a.address, cache: fileCache(file) });
  await first.ring();
  await first.close();
  t.true((await readFile(file, 'utf8')).includes(b.address));
  await a.stop();
  const second = aNodeClient(t, { address: a.address, cache: fileCache(file) });
  await second.put('f', contentOf('stored'));
  t.is(String(b.files.get('f')), 'stored');
});

test('R19 a node of another ring is not given this ring’s files', async (t) => {
  const [a, b] = await twoNodes(t);
  const file = join(await aFolder(t), 'nodes.json');
  const first = nodeClient({ address: a.address, cache: fileCache(file) });
  await first.ring();
  await first.close();
  await a.stop();
  b.ringId = 'cd'.repeat(16);
  const second = aNodeClient(t, { address: a.address, cache: fileCache(file) });
  const error = await t.throwsAsync<ClientError>(second.put('f', contentOf('x')));
  t.is(error?.code, 'nobody-answered');
  t.is(b.files.size, 0);
});

test('R19 a node that does not say who else there is is asked again', async (t) => {
  const [a, b] = await twoNodes(t);
  let refusals = 2;
  a.intercept = (request, response) => {
    const refuses = request.url === '/ring' && refusals-- > 0;
    if (refuses) sendError(response, 503, 'not-joined', 'not yet');
    return refuses;
  };
  const client = aNodeClient(t, { address: a.address });
  for (let i = 0; i < 3; i++) await client.ring();
  await a.stop();
  await client.put('f', contentOf('stored'));
  t.is(String(b.files.get('f')), 'stored');
});

test('R19 another program at an address that is remembered is no hindrance', async (t) => {
  const [other, b] = [await aFakeNode(t), await aFakeNode(t)];
  other.intercept = (_, response) => {
    response.end('<p>welcome');
    return true;
  };
  const cache = { read: () => ({ ringId: b.ringId, addresses: [other.address, b.address] }), write: () => {} };
  await aNodeClient(t, { address: await aDeadAddress(), cache }).put('f', contentOf('stored'));
  t.is(String(b.files.get('f')), 'stored');
});

test('R19 a hung node is left for its peers, long before the timeout', async (t) => {
  const [hung, b] = [await aHungAddress(t), await aFakeNode(t)];
  b.files.set('f', Buffer.from('content'));
  const cache = { read: () => ({ ringId: b.ringId, addresses: [b.address] }), write: () => {} };
  const client = aNodeClient(t, { address: hung, timeoutMs: 20_000, cache });
  const startedMs = performance.now();
  t.is(await textOf((await client.get('f')).body), 'content');
  t.true(performance.now() - startedMs < 15_000);
});

test('R19 a slow node that lives is waited for', async (t) => {
  const [a, b] = await twoNodes(t);
  a.files.set('f', Buffer.from('content'));
  a.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    setTimeout(() => response.writeHead(200, { ...receipt(a.files.get('f')!), 'content-length': 7 }).end('content'), 3000);
    return true;
  };
  const client = aNodeClient(t, { address: a.address, timeoutMs: 20_000 });
  t.is(await textOf((await client.get('f')).body), 'content');
  t.deepEqual(b.asked.filter((one) => one.includes('/files/')), []);
});

for (const [status, code] of [[503, 'stopping'], [408, 'request-timeout']] as const) {
  test(`R19 ${status} leads to another node, with the same idempotency key`, async (t) => {
    const [a, b] = await twoNodes(t);
    a.intercept = (request, response) => {
      if (request.method === 'PUT') sendError(response, status, code, 'not now');
      return request.method === 'PUT';
    };
    const client = aNodeClient(t, { address: a.address });
    await client.ring();
    const stored = await client.put('f', contentOf('x'));
    t.true(stored.isNew);
    t.is(b.keys.length, 1);
    t.is(a.keys[0], b.keys[0]);
  });
}

test('R19 503 everywhere is the answer in the end', async (t) => {
  const a = await aFakeNode(t);
  a.intercept = (_, response) => {
    sendError(response, 503, 'unavailable', 'not now');
    return true;
  };
  const client = aNodeClient(t, { address: a.address, timeoutMs: 6000 });
  const error = await t.throwsAsync<ClientError>(client.remove('f'));
  t.is(error?.code, 'unavailable');
  t.true(a.asked.filter((one) => one === 'DELETE /files/f').length >= 3);
});

test('R19 a node that answers 503 for a moment is asked again', async (t) => {
  const a = await aFakeNode(t);
  const until = performance.now() + 1500;
  a.intercept = (_, response) => {
    if (performance.now() > until) return false;
    sendError(response, 503, 'not-joined', 'not yet');
    return true;
  };
  const client = aNodeClient(t, { address: a.address });
  await client.put('f', contentOf('x'));
  t.is(new Set(a.keys).size, 1);
  t.is(String(a.files.get('f')), 'x');
});

test('R19 4xx is an answer: no other node is asked', async (t) => {
  const [a, b] = await twoNodes(t);
  const client = aNodeClient(t, { address: a.address });
  const error = await t.throwsAsync<ClientError>(client.get('nothing'));
  t.is(error?.code, 'not-found');
  t.is(error?.status, 404);
  t.deepEqual(b.asked, []);
});

test('R19 an answer that breaks off is given whole by another node', async (t) => {
  const [a, b] = await twoNodes(t);
  const client = aNodeClient(t, { address: a.address });
  await client.ring();
  a.intercept = (request, response) => {
    if (!request.url!.startsWith('/files/')) return false;
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"files":[', () => response.destroy());
    });
    return true;
  };
  await client.put('f', contentOf('x'));
  t.is(a.keys[0], b.keys[0]);
  const again = aNodeClient(t, { address: a.address });
  await again.ring();
  t.deepEqual((await again.listPage({})).files.map(({ name }) => name), ['f']);
});

test('R19 a download that breaks off goes on at another node', async (t) => {
  const [a, b] = await twoNodes(t);
  const content = Buffer.from('0123456789'.repeat(50_000));
  a.files.set('f', content);
  a.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    response.writeHead(200, { ...receipt(content), 'content-length': content.length });
    response.write(content.subarray(0, 200_000), () => {
      response.destroy();
      void a.stop();
    });
    return true;
  };
  const client = aNodeClient(t, { address: a.address });
  await client.ring();
  t.true((await textOf((await client.get('f')).body)) === content.toString());
  t.true(b.asked.includes('GET /files/f'));
});

test('R19 a download that breaks off is not mixed with another content', async (t) => {
  const [a, b] = await twoNodes(t);
  const content = Buffer.alloc(100_000, 'a');
  a.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    response.writeHead(200, { ...receipt(content), 'content-length': content.length });
    response.write(content.subarray(0, 50_000), () => void a.stop());
    return true;
  };
  b.files.set('f', Buffer.alloc(100_000, 'b'));
  const client = aNodeClient(t, { address: a.address });
  await client.ring();
  const error = await t.throwsAsync<ClientError>(async () => textOf((await client.get('f')).body));
  t.is(error?.code, 'changed');
});

test('R19 a download without an end is cut short, not short', async (t) => {
  const a = await aFakeNode(t);
  a.intercept = (request, response) => {
    if (request.url !== '/files/f') return false;
    response.writeHead(200, { 'content-length': 10 });
    response.write('01234', () => response.destroy());
    return true;
  };
  const client = aNodeClient(t, { address: a.address });
  const error = await t.throwsAsync<ClientError>(async () => textOf((await client.get('f')).body));
  t.is(error?.code, 'cut-short');
});

test('R19 a node that stores other bytes than were sent is caught', async (t) => {
  const a = await aFakeNode(t);
  a.intercept = (request, response) => {
    if (request.method !== 'PUT') return false;
    request.resume().once('end', () => response.writeHead(201, receipt(Buffer.from('other'))).end('{}'));
    return true;
  };
  const client = aNodeClient(t, { address: a.address });
  const error = await t.throwsAsync<ClientError>(client.put('f', contentOf('sent')));
  t.is(error?.code, 'wrong-digest');
});

test('R19 a download whose reader pauses is not given up', async (t) => {
  const a = await aFakeNode(t);
  const content = Buffer.alloc(8_000_000, 'x');
  a.files.set('f', content);
  const client = aNodeClient(t, { address: a.address, timeoutMs: 4000 });
  const { body } = await client.get('f');
  let bytes = (await body.next()).value?.length ?? 0;
  // Longer than the timeout: it is the reader who is slow, not the node.
  await new Promise((resolve) => setTimeout(resolve, 5500));
  for await (const chunk of body) bytes += chunk.length;
  t.is(bytes, content.length);
});

test('R19 aborting ends a request at once', async (t) => {
  const controller = new AbortController();
  const client = aNodeClient(t, { address: await aHungAddress(t), signal: controller.signal });
  const listing = client.ring();
  controller.abort(new Error('enough'));
  await t.throwsAsync(listing, { message: 'enough' });
});

test('R19 an address where nothing listens is given up soon', async (t) => {
  const client = aNodeClient(t, { address: await aDeadAddress() });
  const startedMs = performance.now();
  const error = await t.throwsAsync<ClientError>(client.ring());
  t.is(error?.code, 'nobody-answered');
  t.true(performance.now() - startedMs < 10_000);
});
