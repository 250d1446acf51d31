import type { CopiesBody } from '@coring/protocol';
import test from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';
import { census, put } from './files.js';

test.serial('a ring says how many copies its files have, also while a node is down, and whose they are', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  for (let i = 0; i < 40; i++) t.is((await put([a, b, c][i % 3]!, `file-${i}`, `content ${i}`)).status, 201);
  const whole: CopiesBody = { wanted: 3, files: 40, byCopies: { 3: 40 }, partial: false };
  await until(async () => JSON.stringify(await copies(b)) === JSON.stringify(whole), 'all copies to be where they belong', 30_000);
  const [file] = await census(a, { name: 'file-1' });
  t.deepEqual(file!.owners.toSorted(), [a, b, c].map(({ nodeId }) => nodeId).toSorted());
  await c.kill();
  await until(async () => (await copies(a)).byCopies['2'] === 40, 'the death to be known', 30_000);
  t.is((await put(a, 'file-0', 'another content')).status, 200);
  await until(async () => (await copies(a)).files === 40, 'it to be counted again', 30_000);
  await c.again(t);
  await until(async () => JSON.stringify(await copies(a)) === JSON.stringify(whole), 'it to be back with all its copies', 60_000);
});

async function copies({ url }: TestNode): Promise<CopiesBody> {
  return (await (await fetch(`${url}/ring/copies`)).json()) as CopiesBody;
}
