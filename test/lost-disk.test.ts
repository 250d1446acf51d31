import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { aDisk, type TestDisk, whyNoDisk } from './a-disk.js';
import { aNode, aProcess, type TestNode, until, whole } from './a-ring.js';
import { put } from './files.js';
import { filesKept } from './files-kept.js';
import { type Acknowledged, missingAt, putMany, someWriters } from './writers.js';

const FILES = 60;

const obstacle = await whyNoDisk();
const diskTest = obstacle === undefined ? test.serial : test.serial.skip;
const suffix = obstacle === undefined ? '' : ` (not tried: ${obstacle})`;

const losses: readonly { readonly what: string; readonly lose: (disk: TestDisk, node: TestNode) => Promise<void>; readonly mend: (disk: TestDisk, node: TestNode) => Promise<void> }[] = [
  {
    what: 'becomes read-only',
    lose: (disk) => disk.abort(),
    mend: async (disk) => {
      await disk.unmount();
      await disk.mount();
    },
  },
  { what: 'goes away', lose: (_disk, { data }) => rename(data, `${data}-elsewhere`), mend: (_disk, { data }) => rename(`${data}-elsewhere`, data) },
];

for (const { what, lose, mend } of losses) {
  diskTest(`a node whose data directory ${what} ends and says why in one line, the others go on, and nothing acknowledged is lost${suffix}`, async (t) => {
    t.timeout(180_000);
    const disk = await aDisk(t);
    const a = await aNode(t);
    const b = await aNode(t, { join: a, data: join(disk.folder, 'data') });
    const c = await aNode(t, { join: b });
    await whole([a, b, c]);
    const writers = someWriters(t, [a, b, c], { clients: 4, bytesOf: (i) => 100 + i * 10 });
    await until(() => writers.acknowledged.size > 50, 'files to be written');
    await lose(disk, b);
    await endsInOneLine(t, b, /^ring-node: stopped: .+\n$/);
    const before = writers.acknowledged.size;
    await until(() => writers.acknowledged.size > before + 20, 'the others to go on');
    await writers.stop();
    await mend(disk, b);
    const nodes = [a, await b.again(t), c];
    t.is(nodes[1]!.nodeId, b.nodeId);
    await whole(nodes);
    for (const node of nodes) t.deepEqual(await missingAt(node, writers.acknowledged), []);
  });
}

diskTest(`a data directory that cannot be written to is refused with one line${suffix}`, async (t) => {
  const disk = await aDisk(t);
  const node = await aNode(t, { data: join(disk.folder, 'data') });
  t.is((await put(node, 'x', 'x')).status, 201);
  await node.kill('SIGTERM');
  await disk.unmount();
  await disk.mountReadOnly();
  await endsInOneLine(t, await aProcess(t, { data: node.data }), /^ring-node: data directory .+ read-only file system.+\n$/);
});

diskTest(`a node that is started again and again while its disk is read-only comes back by itself when the disk is${suffix}`, async (t) => {
  t.timeout(180_000);
  const disk = await aDisk(t);
  const a = await aNode(t);
  const b = await aNode(t, { join: a, data: join(disk.folder, 'data') });
  await whole([a, b]);
  const files = await putMany([a, b], 50, { clients: 4, bytesOf: (i) => 100 + i });
  await disk.abort();
  await put(a, 'meanwhile', 'x');
  t.deepEqual(await b.exited, { code: 1, signal: null });
  await disk.unmount();
  await disk.mount();
  await disk.remount('ro');
  let tries = 0;
  const supervised = async (): Promise<TestNode> => {
    for (;;) {
      const node = await aProcess(t, { data: b.data, listen: b.address });
      tries++;
      const isUp = await node.listening().then(() => true, () => false);
      if (isUp) return node;
      // Of the other statuses the units that ring-node prints say that a new start is in vain.
      await endsInOneLine(t, node, /^ring-node: data directory .+ read-only file system.+\n$/);
    }
  };
  const coming = supervised();
  await until(() => tries > 2, 'it to be tried in vain');
  await disk.remount('rw');
  const back = await coming;
  t.is(back.nodeId, b.nodeId);
  await whole([a, back]);
  t.deepEqual(await missingAt(back, files), []);
});

diskTest(`a node started where its disk is not mounted is a new node: nothing is deleted, all copies are made again, and the disk brings the old node back${suffix}`, async (t) => {
  t.timeout(600_000);
  // Longer than a busy machine holds up nodes that are well.
  const args = ['--forget-after', '10s'];
  const disk = await aDisk(t);
  const a = await aNode(t, { args });
  const b = await aNode(t, { join: a, data: join(disk.folder, 'data'), args });
  const c = await aNode(t, { join: b, args });
  await whole([a, b, c]);
  const files = await putMany([a, b, c], FILES, { clients: 8, bytesOf: (i) => (i % 20 === 0 ? 200_000 : 100 + i) });
  await b.kill();
  await disk.unmount();

  const empty = await aNode(t, { join: a, data: b.data, args });
  t.not(empty.nodeId, b.nodeId);
  await haveAll(t, [a, empty, c], files);
  await empty.kill();
  await disk.mount();
  const back = await b.again(t);
  t.is(back.nodeId, b.nodeId);
  await haveAll(t, [a, back, c], files);
});

/** These three are the ring, and each has every file. */
async function haveAll(t: ExecutionContext, nodes: readonly TestNode[], files: ReadonlyMap<string, Acknowledged>): Promise<void> {
  const ids = nodes.map(({ nodeId }) => nodeId).sort();
  await until(
    async () => (await Promise.all(nodes.map((node) => node.ring()))).every((ring) => ring.epoch === ring.oldestEpoch && ring.members.toSorted().join() === ids.join()),
    'a ring of these three, which has forgotten the one that is away',
    120_000,
  ).catch(async (error: unknown) => {
    for (const node of nodes) t.log(node.address, JSON.stringify(await node.ring()));
    throw error;
  });
  await until(async () => (await filesKept(nodes)).every((kept) => kept === files.size), 'a copy of every file at each node', 120_000);
  for (const node of nodes) t.deepEqual(await missingAt(node, files), [], node.address);
}

async function endsInOneLine(t: ExecutionContext, node: TestNode, line: RegExp): Promise<void> {
  t.deepEqual(await node.exited, { code: 1, signal: null });
  t.regex(node.stderr, line);
  t.log(node.stderr.trim());
}
