import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ListBody } from '@coring/protocol';
import test from 'ava';
import { aRing, type TestNode } from './a-ring.js';
import { anUpload } from './an-upload.js';
import { get, put, sha256, someBytes, urlOf } from './files.js';
import { largeFilesIn } from './left-over.js';
import { missingAt, putMany } from './writers.js';

const MB = 1_000_000;
/** 1 GB in `npm run test:big`. */
const LARGE = (process.env.CORING_TEST_BIG === undefined ? 300 : 1_000) * MB;
const MEMORY_MAX = 150 * MB;

test('R16 empty, tiny and binary files go through whole', async (t) => {
  const nodes = await aRing(t, 3);
  const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
  const contents = [...[0, 1, 967, 65_535, 65_536, 65_537, 5_000_001].map(someBytes), everyByte];
  for (const [i, bytes] of contents.entries()) {
    t.is((await put(nodes[i % 3]!, `of-${i}`, bytes)).status, 201);
    for (const node of nodes) t.is(sha256((await get(node, `of-${i}`)).bytes), sha256(bytes), `${bytes.length} bytes at ${node.address}`);
  }
});

test(`R16 ${LARGE / MB} MB go through a ring with bounded memory, also through a node that keeps nothing of them and gives them on as they come`, async (t) => {
  t.timeout(600_000);
  const nodes = await aRing(t, 4);
  // Who takes an upload in and does not own it keeps it for a while.
  const { headers } = await put(nodes[0]!, 'large', 'small as yet');
  const owner = nodes.find(({ nodeId }) => headers.get('coring-nodes')!.includes(nodeId))!;
  const upload = anUpload(t, owner, 'large', LARGE, 1);
  await upload.send(1);
  t.is((await upload.answered).status, 200);
  const kept = await Promise.all(nodes.map(({ data }) => largeFilesIn(data)));
  t.is(kept.filter(({ length }) => length > 0).length, 3);
  const other = nodes[kept.findIndex(({ length }) => length === 0)]!;
  const before = await sentToPeers(nodes);
  const reading = (await fetch(urlOf(other, 'large'))).body!.getReader();
  t.true((await reading.read()).value!.length > 0);
  // This client reads no further, and all buffers on the way hold much less than the file.
  const sent = (await sentToPeers(nodes)) - before;
  t.true(sent < LARGE / 2, `${sent} bytes were sent when the first arrived`);
  t.deepEqual(await largeFilesIn(other.data), []);
  await reading.cancel();
  for (const node of nodes) {
    const response = await fetch(urlOf(node, 'large'));
    const hash = createHash('sha256');
    for await (const chunk of response.body!) hash.update(chunk);
    t.is(hash.digest('hex'), upload.digest);
  }
  t.deepEqual(await largeFilesIn(other.data), []);
  const memory = await Promise.all(nodes.map(peakMemory));
  t.log(`most memory of each node: ${memory.map((bytes) => Math.round(bytes / MB)).join(', ')} MB`);
  for (const bytes of memory) t.true(bytes < MEMORY_MAX, `${bytes} bytes`);
});

test('R16 10 000 PUTs through one node, 64 at a time, are acknowledged and there', async (t) => {
  t.timeout(400_000);
  const nodes = await aRing(t, 3);
  const count = 10_000;
  const began = performance.now();
  const acknowledged = await putMany([nodes[0]!], count, { clients: 64, bytesOf: (i) => i % 2_000, folder: 'many' });
  const seconds = (performance.now() - began) / 1000;
  t.is(acknowledged.size, count);
  for (const node of nodes) t.deepEqual(await missingAt(node, [...acknowledged].filter((_, i) => i % 97 === 0)), []);
  t.deepEqual(await namesAt(nodes[2]!, 'many/'), [...acknowledged.keys()].sort());
  const memory = await Promise.all(nodes.map(peakMemory));
  t.log(`${Math.round(count / seconds)} a second; most memory of each node: ${memory.map((bytes) => Math.round(bytes / MB)).join(', ')} MB`);
  for (const bytes of memory) t.true(bytes < 2 * MEMORY_MAX, `${bytes} bytes`);
});

async function namesAt(node: TestNode, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const response = await fetch(`${node.url}/files/?prefix=${encodeURIComponent(prefix)}&after=${encodeURIComponent(after)}`);
    const { files, next } = (await response.json()) as ListBody;
    names.push(...files.map(({ name }) => name));
    after = next;
  }
  return names;
}

/** Bytes that the nodes have sent each other, all together. */
async function sentToPeers(nodes: readonly TestNode[]): Promise<number> {
  const texts = await Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  return texts.reduce((sum, text) => sum + Number(/^coring_link_sent_bytes_total (\d+)$/m.exec(text)![1]), 0);
}

/** The most memory that the node's process has ever had resident, in bytes; Linux only. */
async function peakMemory({ pid }: TestNode): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
}
