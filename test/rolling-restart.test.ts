import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { contentBlocks } from './content.js';
import { get, put, sha256, someBytes, urlOf } from './files.js';
import { restartedInTurn } from './load/in-turn.js';

const NODES = 4;

test('O03 every node in turn is stopped and started again under load: no request fails, and nothing is lost', async (t) => {
  t.timeout(600_000);
  await restartedInTurn(t, await aRing(t, NODES), (node) => node.again(t));
});

test('O03 a file that is read slowly comes whole while each node that keeps it is restarted', async (t) => {
  t.timeout(300_000);
  const nodes = await aRing(t, NODES);
  const size = 64 * 2 ** 20;
  const bytes = Buffer.concat([...contentBlocks(size, 7)]);
  const { status, headers } = await put(nodes[0]!, 'large', bytes, { 'coring-require-copies': '3' }, 60_000);
  t.is(status, 201);
  const holders = headers.get('coring-nodes')!.split(', ');
  const reader = nodes.find(({ nodeId }) => !holders.includes(nodeId))!;

  const { body } = await fetch(urlOf(reader, 'large'));
  const hash = createHash('sha256');
  let read = 0;
  const chunks = body!.getReader();
  const readUpTo = async (end: number): Promise<void> => {
    while (read < end) {
      const { done, value } = await chunks.read();
      if (done) return;
      hash.update(value);
      read += value.length;
    }
  };
  for (const [i, nodeId] of holders.entries()) {
    await readUpTo(((i + 1) * size) / 8);
    const at = nodes.findIndex((node) => node.nodeId === nodeId);
    await nodes[at]!.kill('SIGTERM');
    nodes[at] = await nodes[at]!.again(t);
    await whole(nodes, 60_000);
  }
  await readUpTo(Infinity);
  t.is(read, size);
  t.is(hash.digest('hex'), sha256(bytes));
});

test('O03 a node that is stopped takes an upload that is under way to its end', async (t) => {
  const [node, other] = (await aRing(t, 2)) as [TestNode, TestNode];
  const bytes = someBytes(1_000_000);
  const upload = request(urlOf(node, 'a'), { method: 'PUT', headers: { 'content-length': bytes.length } });
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
  upload.write(bytes.subarray(0, 600_000));
  await node.said(({ msg }) => String(msg).includes('FORWARD'), 'that it passes the upload on');
  node.signal('SIGTERM');
  await until(async () => (await fetch(`${node.url}/ring`)).status === 503, 'it to refuse what is new');
  upload.end(bytes.subarray(600_000));
  const [answer] = await answered;
  t.is(answer.statusCode, 201);
  t.is(answer.headers['coring-copies'], '2/2');
  t.is(answer.headers.connection, 'close');
  answer.resume();
  t.deepEqual(await node.exited, { code: 0, signal: null });
  t.is(sha256((await get(other, 'a')).bytes), sha256(bytes));
});
