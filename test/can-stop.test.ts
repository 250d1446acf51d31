import type { CanStopBody } from '@coring/protocol';
import test from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';
import { put } from './files.js';

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

async function canStop(asked: TestNode, node: TestNode): Promise<CanStopBody> {
  const answer = await fetch(`${asked.url}/ring/can-stop?node=${node.nodeId}`);
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json()) as CanStopBody;
}
