import { randomUUID } from 'node:crypto';
import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { aDisk, fileSystems, whyNoDisk } from './a-disk.js';
import { aNode, type TestNode, until, whole } from './a-ring.js';
import { get } from './files.js';
import { type Acknowledged, missingAt, someWriters } from './writers.js';

/** Mostly small files, which share their way to the disk, and now and then a large one, which has its own. */
const bytesOf = (i: number): number => (i % 29 === 0 ? 2_000_000 : 100 + ((i * 37) % 5000));

/** `npm run test:power` does all of it; else there is one cut of each kind, and rings are on ext4 only. */
const isLong = process.env.CORING_TEST_POWER === '1';
const cuts = isLong ? 3 : 1;

const tried = await Promise.all(fileSystems.map(async (fileSystem) => ({ fileSystem, obstacle: await whyNoDisk(fileSystem) })));

for (const { fileSystem, obstacle } of tried) {
  const powerTest = obstacle === undefined ? test.serial : test.serial.skip;
  const ringTest = isLong || fileSystem === 'ext4' ? powerTest : test.serial.skip;
  const on = `on ${fileSystem}${obstacle === undefined ? '' : ` (not tried: ${obstacle})`}`;

  powerTest(`a power cut is one: what was synced is there, what was not is gone, ${on}`, async (t) => {
    const disk = await aDisk(t, undefined, fileSystem);
    const synced = await open(join(disk.folder, 'synced'), 'wx');
    await synced.write('kept');
    await synced.sync();
    await synced.close();
    const folder = await open(disk.folder);
    await folder.sync();
    await folder.close();
    for (let i = 0; i < 20; i++) await writeFile(join(disk.folder, `unsynced-${i}`), randomUUID());
    await disk.cutPower();
    await t.throwsAsync(writeFile(join(disk.folder, 'after the cut'), 'x'), { code: 'EIO' });
    await disk.unmount();
    await disk.mount();
    t.deepEqual((await readdir(disk.folder)).filter((name) => name !== 'lost+found'), ['synced']);
  });

  powerTest(`all that a ring of one has acknowledged outlives a power cut ${on}`, async (t) => {
    t.timeout(240_000);
    const disk = await aDisk(t, undefined, fileSystem);
    let node = await aNode(t, { data: join(disk.folder, 'data') });
    const names = new Map<string, Acknowledged>();
    for (let round = 1; round <= cuts; round++) {
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
    t.log(`${names.size} files acknowledged, ${cuts} power cuts`);
  });

  ringTest(`a node of three whose power is cut has what it had acknowledged, and rejoins, ${on}`, async (t) => {
    t.timeout(240_000);
    const disk = await aDisk(t, undefined, fileSystem);
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

  ringTest(`a ring whose power is cut everywhere at once has all that it had acknowledged, ${on}`, async (t) => {
    t.timeout(240_000);
    const disk = await aDisk(t, undefined, fileSystem);
    const a = await aNode(t, { data: join(disk.folder, 'a') });
    const b = await aNode(t, { join: a, data: join(disk.folder, 'b') });
    const c = await aNode(t, { join: b, data: join(disk.folder, 'c') });
    let nodes = [a, b, c];
    await whole(nodes);
    const names = new Map<string, Acknowledged>();
    for (let round = 1; round <= cuts; round++) {
      const writers = someWriters(t, nodes, { clients: 16, bytesOf: (i) => bytesOf(i + round), folder: `round-${round}` });
      await until(() => writers.acknowledged.size > 150, 'files to be written');
      await disk.cutPower();
      await Promise.all(nodes.map((node) => node.kill()));
      await writers.stop();
      for (const one of writers.acknowledged) names.set(...one);
      await disk.unmount();
      await disk.mount();
      nodes = await Promise.all(nodes.map((node) => node.again(t)));
      await whole(nodes);
      for (const node of nodes) t.deepEqual(await missingAt(node, names), [], `after cut ${round}`);
    }
    t.log(`${names.size} files acknowledged, ${cuts} power cuts of all three nodes`);
  });
}
