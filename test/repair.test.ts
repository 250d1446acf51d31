import test from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { census } from './files.js';
import { copiesKept } from './files-kept.js';
import { missingAt, putMany } from './writers.js';

const FILES = 120;
const COPIES = 3;

test('O04 the copies of a node that stays away beyond the grace are made anew on the others, and it comes back to an equal share', async (t) => {
  const nodes = await aRing(t, 5, ['--forget-after', '2s']);
  const files = await putMany(nodes, FILES, { clients: 8, bytesOf: (i) => (i % 20 === 0 ? 200_000 : 100 + i) });
  const [dead, ...living] = nodes as [TestNode, ...TestNode[]];
  await dead.kill();
  await until(async () => (await copiesKept(living)) === COPIES * FILES, 'as many copies as before on those that live', 60_000);
  for (const ring of await Promise.all(living.map((node) => node.ring()))) t.false(ring.members.includes(dead.nodeId));
  for (const node of living) t.deepEqual(await missingAt(node, files), []);

  const back = await dead.again(t);
  await whole([back, ...living], 60_000);
  await until(async () => (await back.ring()).members.includes(back.nodeId), 'it to be a member again', 60_000);
  await until(async () => (await copiesKept([back, ...living])) === COPIES * FILES, 'no more copies than belong to a ring of five', 60_000);
  t.true((await copiesKept([back])) > 0);
  t.deepEqual(await missingAt(back, files), []);
});

test('O04 a node that returns within its grace finds everything where it was: nothing has moved', async (t) => {
  const nodes = await aRing(t, 4);
  const files = await putMany(nodes, FILES, { clients: 8, bytesOf: (i) => 100 + i });
  const { epoch } = await nodes[0]!.ring();
  await until(async () => allKept(await placesOf(nodes[0]!)), 'all copies of all files');
  const before = await placesOf(nodes[0]!);
  await nodes[1]!.kill();
  await until(async () => (await nodes[0]!.ring()).state === 'degraded', 'the death to be seen');
  const again = [nodes[0]!, await nodes[1]!.again(t), nodes[2]!, nodes[3]!];
  await whole(again);
  t.is((await again[0]!.ring()).epoch, epoch);
  for (const [i, { name, owners, kept }] of (await placesOf(again[0]!)).entries()) {
    t.like(before[i], { name, owners });
    t.deepEqual(owners.filter((node) => !kept.includes(node)), [], 'owners have what they had');
    t.deepEqual(kept.filter((node) => !before[i]!.kept.includes(node)), [], 'nobody else has got it');
  }
  t.deepEqual(await missingAt(again[1]!, files), []);
});

interface Places {
  readonly name: string;
  readonly owners: readonly string[];
  /** Nodes with a sound copy of what is current. */
  readonly kept: readonly string[];
}

function allKept(files: readonly Places[]): boolean {
  return files.length === FILES && files.every(({ owners, kept }) => owners.length === COPIES && owners.every((node) => kept.includes(node)));
}

async function placesOf(node: TestNode): Promise<Places[]> {
  const files = await census(node, { limit: String(FILES) });
  return files.map(({ name, version, owners, copies }) => ({ name, owners, kept: copies.filter((copy) => copy.version === version && copy.sound === true).map(({ nodeId }) => nodeId) }));
}
