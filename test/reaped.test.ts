import test from 'ava';
import { events } from './a-damage.js';
import { aRing, type TestNode, until } from './a-ring.js';
import { get, put, remove, someBytes } from './files.js';

const names = Array.from({ length: 12 }, (_, i) => `file-${i}`);

test('what was deleted stays deleted while a node is away, and its tombstones go once everybody is back', async (t) => {
  t.timeout(180_000);
  const [a, b, c] = (await aRing(t, 3, ['--reap-after', '4s'])) as [TestNode, TestNode, TestNode];
  for (const name of names) t.is((await put(a, name, someBytes(100), { 'coring-require-copies': '3' })).status, 201);
  const [before, meanwhile] = [names.slice(0, 4), names.slice(4, 8)];
  for (const name of before) t.is(await remove(b, name), 204);
  await c.kill();
  for (const name of meanwhile) t.is(await remove(b, name), 204);
  // Who is away has seen nothing of this: as long as it is, nobody forgets.
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  t.is((await events(a, 'reaped')) + (await events(b, 'reaped')), 0);
  const back = await c.again(t);
  await until(async () => (await reapedBy([a, b, back])) === 8, 'all tombstones to be gone', 90_000);
  for (const node of [a, b, back]) {
    for (const [i, name] of names.entries()) t.is((await get(node, name)).status, i < 8 ? 404 : 200, name);
  }
  t.is((await put(back, names[0]!, someBytes(10), { 'if-none-match': '*' })).status, 201);
  t.is((await get(a, names[0]!)).bytes.length, 10);
});

async function reapedBy(nodes: readonly TestNode[]): Promise<number> {
  const counts = await Promise.all(nodes.map((node) => events(node, 'reaped')));
  return counts.reduce((sum, count) => sum + count, 0);
}
