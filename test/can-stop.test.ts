import type { CanStopBody } from '@coring/protocol';
import test from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';
import { census, put } from './files.js';

test.serial('O03 a ring says whether a node can be stopped: one of three can, the second cannot, nor can who has the only copy', async (t) => {
  const [a, b, c] = (await aRing(t, 3, ['--copies', '1'])) as [TestNode, TestNode, TestNode];
  await until(async () => !(await canStop(a, b)).risks.includes('moving'), 'copies to be where they belong');
  t.like(await canStop(a, b), { canStop: false, risks: ['no-majority'], onlyCopies: 0 });
  for (let i = 0; i < 30; i++) t.is((await put(a, `file-${i}`, 'content')).status, 201);
  // A node that took a file in and does not own it keeps it for a while: what others own is here, too.
  const told = await Promise.all([a, b, c].map((node) => canStop(a, node)));
  t.deepEqual(told[0]!.risks, ['only-copies', 'no-majority']);
  t.is(told[0]!.names.length, told[0]!.onlyCopies);
  const names = told.flatMap(({ names: only }) => only);
  t.is(new Set(names).size, names.length);
});

test.serial('O03 with three copies one of three can be stopped, and then no other', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  t.is((await put(a, 'file', 'content', { 'coring-require-copies': '3' })).status, 201);
  await until(async () => (await canStop(a, c)).canStop, 'copies to be where they belong');
  t.deepEqual(await canStop(a, c), { nodeId: c.nodeId, canStop: true, risks: [], onlyCopies: 0, names: [] });
  await c.kill();
  await until(async () => (await canStop(a, b)).risks.includes('no-majority'), 'the ring to know of the death');
  t.like(await canStop(a, b), { risks: ['last-but-one', 'no-majority'], onlyCopies: 0 });
});

test.serial('O03 the names told are those of which the census finds a sound copy nowhere else', async (t) => {
  const [a, b, c] = (await aRing(t, 3, ['--copies', '2'])) as [TestNode, TestNode, TestNode];
  const names = Array.from({ length: 40 }, (_, i) => `file-${i}`);
  for (const name of names) t.is((await put(a, name, `content of ${name}`, { 'coring-require-copies': '2' })).status, 201);
  await until(async () => (await soundHolders(a)).every(({ holders, owners }) => holders.join() === owners.join()), 'copies to be where they belong, and nowhere else');
  for (const node of [a, b, c]) t.like(await canStop(a, node), { onlyCopies: 0, names: [] });
  await c.kill();
  await until(async () => (await a.ring()).nodes.some(({ nodeId, state }) => nodeId === c.nodeId && state === 'down'), 'the death to be known');
  const found = await soundHolders(a);
  const onlyAt = (node: TestNode): string[] => found.filter(({ holders }) => holders.join() === node.nodeId).map(({ name }) => name);
  t.deepEqual(found.map(({ name }) => name), names.toSorted());
  // Some are at both, and some only at each of the two.
  t.true(onlyAt(a).length > 0 && onlyAt(b).length > 0 && found.some(({ holders }) => holders.length === 2));
  for (const asked of [a, b]) {
    const told = await Promise.all([a, b, c].map((node) => canStop(asked, node)));
    t.deepEqual(told.map(({ names: only }) => only.toSorted()), [onlyAt(a), onlyAt(b), []]);
    t.deepEqual(told.map(({ onlyCopies }) => onlyCopies), [onlyAt(a).length, onlyAt(b).length, 0]);
    t.deepEqual(told.flatMap(({ names: only }) => only).toSorted(), found.filter(({ holders }) => holders.length === 1).map(({ name }) => name));
  }
});

/** Who keeps the current bytes of each name, as they should be. */
async function soundHolders(node: TestNode): Promise<{ name: string; owners: string[]; holders: string[] }[]> {
  const files = await census(node);
  return files.map(({ name, owners, copies }) => ({
    name,
    owners: [...owners].sort(),
    holders: copies.filter(({ role, sound }) => role === 'current' && sound === true).map(({ nodeId }) => nodeId).sort(),
  }));
}

async function canStop(asked: TestNode, node: TestNode): Promise<CanStopBody> {
  const answer = await fetch(`${asked.url}/ring/can-stop?node=${node.nodeId}`);
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json()) as CanStopBody;
}
