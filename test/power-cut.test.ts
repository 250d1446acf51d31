import { join } from 'node:path';
import test from 'ava';
import { aDisk, whyNoDisk } from './a-disk.js';
import { aNode, type TestNode, until, whole } from './a-ring.js';
import { get } from './files.js';
import { type Acknowledged, missingAt, someWriters } from './writers.js';

const obstacle = await whyNoDisk();
const powerTest = obstacle === undefined ? test : test.skip;
const suffix = obstacle === undefined ? '' : ` (not tried: ${obstacle})`;

/** Mostly small files, which share their way to the disk, and now and then a large one, which has its own. */
const bytesOf = (i: number): number => (i % 29 === 0 ? 2_000_000 : 100 + ((i * 37) % 5000));

powerTest(`all that a ring of one has acknowledged outlives a power cut${suffix}`, async (t) => {
  t.timeout(240_000);
  const disk = await aDisk(t);
  let node = await aNode(t, { data: join(disk.folder, 'data') });
  const names = new Map<string, Acknowledged>();
  for (let round = 1; round <= 3; round++) {
    const writers = someWriters(t, [node], { clients: 16, bytesOf: (i) => bytesOf(i + round), folder: `round-${round}` });
    await until(() => writers.acknowledged.size > 150, 'files to be written');
    await disk.cutPower();
    await node.kill();
    await writers.stop();
    for (const one of writers.acknowledged) names.set(...one);
    await disk.unmount();
    await disk.mount();
    node = await node.again(t);
    await whole([node]);
    t.deepEqual(await missingAt(node, names), [], `after cut ${round}`);
  }
  t.log(`${names.size} files acknowledged, three power cuts`);
});

powerTest(`a node of three whose power is cut has what it had acknowledged, and rejoins${suffix}`, async (t) => {
  t.timeout(240_000);
  const disk = await aDisk(t);
  const a = await aNode(t);
  const b = await aNode(t, { join: a, data: join(disk.folder, 'data') });
  const c = await aNode(t, { join: b });
  await whole([a, b, c]);
  const writers = someWriters(t, [a, b, c], { clients: 16, bytesOf });
  await until(() => writers.acknowledged.size > 200, 'files to be written');
  await disk.cutPower();
  await b.kill();
  const atCut = writers.acknowledged.size;
  await until(() => writers.acknowledged.size > atCut + 100, 'the others to go on');
  await writers.stop();
  await disk.unmount();
  await disk.mount();

  // Alone it has nobody to get anything from: what it has is from its own disk.
  await Promise.all([a.kill(), c.kill()]);
  const alone = await b.again(t);
  t.is(alone.nodeId, b.nodeId);
  const promised = [...writers.acknowledged].filter(([, { holders }]) => holders.includes(b.nodeId));
  t.true(promised.length > 100, `${promised.length} files`);
  t.deepEqual(await missingAt(alone, promised, get), []);

  const nodes: TestNode[] = [await a.again(t), alone, await c.again(t)];
  await whole(nodes);
  for (const node of nodes) t.deepEqual(await missingAt(node, writers.acknowledged), []);
  t.log(`${writers.acknowledged.size} files acknowledged, ${promised.length} of them by the node that lost its power`);
});
