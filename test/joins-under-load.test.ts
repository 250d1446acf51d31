import test from 'ava';
import { aNode, aRing, until, whole } from './a-ring.js';
import { filesKept } from './files-kept.js';
import { missingAt, putMany, someWriters } from './writers.js';

const COPIES = 3;
const FILES = 3_000;

/** Small files, and large ones among them. */
const bytesOf = (i: number): number => (i % 100 === 0 ? 500_000 : 200 + (i % 3_000));

test('O04 a fourth node joins under load: no request fails, and each node ends with its share, within 5 %', async (t) => {
  t.timeout(600_000);
  const three = await aRing(t, 3);
  const before = await putMany(three, FILES, { clients: 16, bytesOf, folder: 'before' });
  const writers = someWriters(t, three, { clients: 4, bytesOf, folder: 'meanwhile', reading: true });
  await until(() => writers.acknowledged.size > 50, 'clients to be at work');

  const fourth = await aNode(t, { join: three[1]! });
  const nodes = [...three, fourth];
  await whole(nodes, 180_000);
  const whileMoving = writers.acknowledged.size;
  await until(() => writers.acknowledged.size > whileMoving + 50, 'clients to go on');
  await writers.stop();
  t.deepEqual([...writers.failed, ...writers.refused], []);

  const files = before.size + writers.acknowledged.size;
  let kept: number[] = [];
  const hasAll = async (): Promise<boolean> => {
    kept = await filesKept(nodes);
    return kept.reduce((sum, one) => sum + one, 0) === COPIES * files;
  };
  await until(hasAll, `${COPIES} copies of each of ${files} files, and no more`, 120_000).finally(() => t.log(`copies kept: ${kept.join(', ')}`));
  const ideal = (COPIES * files) / nodes.length;
  const shares = kept.map((one) => one / ideal);
  for (const share of shares) t.true(Math.abs(share - 1) < 0.05, shares.join());
  t.log(`${files} files, shares ${shares.map((one) => one.toFixed(3)).join(', ')} of the ideal`);
  t.deepEqual(await missingAt(fourth, [...before, ...writers.acknowledged].filter((_, i) => i % 5 === 0)), []);
});
