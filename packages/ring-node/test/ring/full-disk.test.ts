import test from 'ava';
import { as, contentOf, digestOf, get, put, remove } from './a-client.js';
import { aSettledCluster, type Cluster } from './a-cluster.js';

test('a node with a full disk refuses uploads and deletions, saves no register, and reads on', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b] = cluster.nodes;
  put(cluster, a!, 'x', 'one', { requireCopies: 3 });
  cluster.runFor(3_000);
  cluster.input(b!, { type: 'room', isFull: true });
  const before = registersOf(cluster, 1);
  t.like(put(cluster, b!, 'y', 'two'), { type: 'failed', code: 'disk-full' });
  t.like(remove(cluster, b!, 'x'), { type: 'failed', code: 'disk-full' });
  const replaced = as('stored', put(cluster, a!, 'x', 'three'));
  t.like(replaced.receipt, { grade: 'strong', copies: 2 });
  t.false(replaced.receipt.nodes.includes(b!.nodeId));
  t.is(contentOf(get(cluster, b!, 'x')), digestOf('three'));
  cluster.runFor(30_000);
  t.deepEqual(registersOf(cluster, 1), before);
  t.deepEqual(cluster.eventsOf('disk').map(({ event }) => event.isFull), [true]);
});

test('with room again a node catches up with what it missed', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  cluster.input(b!, { type: 'room', isFull: true });
  for (const name of ['x', 'y', 'z']) put(cluster, a!, name, `content of ${name}`);
  cluster.runFor(30_000);
  t.is(b!.disk.kept.size, 0);
  cluster.input(b!, { type: 'room', isFull: false });
  t.true(cluster.until(() => b!.disk.kept.size === 3, 30_000));
  as('stored', put(cluster, b!, 'taken again', 'four', { requireCopies: 3 }));
  cluster.crash(a!);
  cluster.crash(c!);
  for (const name of ['x', 'y', 'z']) t.is(contentOf(get(cluster, b!, name)), digestOf(`content of ${name}`));
});

test('where a full disk leaves no majority, uploads elsewhere are weak at once, as if its node were away', (t) => {
  const cluster = aSettledCluster(2);
  const [a, b] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  cluster.input(b!, { type: 'room', isFull: true });
  const beganMs = cluster.nowMs;
  t.like(as('stored', put(cluster, a!, 'y', 'two')).receipt, { grade: 'weak', copies: 1, nodes: [a!.nodeId] });
  t.true(cluster.nowMs - beganMs < 1_000, `${cluster.nowMs - beganMs} ms`);
  t.like(put(cluster, a!, 'z', 'three', { requireStrong: true }), { type: 'failed' });
  for (const node of [a!, b!]) t.is(contentOf(get(cluster, node, 'x')), digestOf('one'));
  cluster.input(b!, { type: 'room', isFull: false });
  t.true(cluster.until(() => as('found', get(cluster, b!, 'y')).receipt.grade === 'strong', 60_000));
  t.is(contentOf(get(cluster, b!, 'y')), digestOf('two'));
});

/** The registers on the disk of a node, as text. */
function registersOf(cluster: Cluster, index: number): string {
  return JSON.stringify([...cluster.nodes[index]!.disk.registers]);
}
