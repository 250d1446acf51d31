import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { aDisk, type TestDisk, whyNoDisk } from './a-disk.js';
import { aNode, aProcess, type TestNode, until, whole } from './a-ring.js';
import { put } from './files.js';
import { missingAt, someWriters } from './writers.js';

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

async function endsInOneLine(t: ExecutionContext, node: TestNode, line: RegExp): Promise<void> {
  t.deepEqual(await node.exited, { code: 1, signal: null });
  t.regex(node.stderr, line);
  t.log(node.stderr.trim());
}
