import test from 'ava';
import { aNode, type TestNode, until, whole } from './a-ring.js';
import { get, put, someBytes } from './files.js';

const NODES = 10;

test(`R20 a ring of ${NODES} forms, is whole, takes and gives files at any node, and notices a death`, async (t) => {
  t.timeout(300_000);
  const first = await aNode(t);
  const nodes = [first, ...(await Promise.all(Array.from({ length: NODES - 1 }, () => aNode(t, { join: first, args: ['--wait'] }))))];
  await whole(nodes, 120_000);
  const orders = new Set(await Promise.all(nodes.map(async (node) => (await node.ring()).nodes.map(({ nodeId }) => nodeId).join())));
  t.is(orders.size, 1);

  for (const [i, writer] of nodes.entries()) {
    const bytes = someBytes(10_000 * i);
    const stored = await put(writer, `f${i}`, bytes);
    t.is(stored.status, 201, stored.body);
    for (const reader of nodes) t.deepEqual((await get(reader, `f${i}`)).bytes, bytes);
  }

  const [mortal, ...living] = nodes as [TestNode, ...TestNode[]];
  await mortal.kill();
  const isKnownAt = async (node: TestNode): Promise<boolean> => (await node.ring()).nodes.every(({ nodeId, state }) => (nodeId === mortal.nodeId) === (state === 'down'));
  await until(async () => (await Promise.all(living.map(isKnownAt))).every(Boolean), 'everybody to know of the death, and of no other', 60_000);
  for (const [i, reader] of living.entries()) t.is((await get(reader, `f${i}`)).bytes.length, 10_000 * i);
});
