import test from 'ava';
import { put, remove } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode } from './a-cluster.js';

/** So many that nobody comes by one of them by chance within some seconds. */
const OTHERS = 300;

for (const [what, forMs] of [['for a moment', 700], ['for a while', 20_000]] as const) {
  test(`an owner that hears nothing of a node ${what}, and is taken for dead by nobody, gets soon afterwards what that node has written meanwhile`, (t) => {
    const { cluster, nodes: [a, b, c] } = aRingWithMuch();
    cluster.cut(a, c);
    for (const name of ['x', 'y']) t.like(put(cluster, a, name, 'one'), { type: 'stored', receipt: { grade: 'strong', copies: 2 } });
    t.is(remove(cluster, a, 'other 0').type, 'deleted');
    cluster.runFor(forMs);
    cluster.mend();
    t.true(cluster.until(() => ['x', 'y', 'other 0'].every((name) => cluster.registerOf(c, name)?.value?.version.time === cluster.registerOf(b, name)?.value?.version.time), 10_000));
    t.true(cluster.until(() => cluster.nodes.every(({ ring }) => ring?.files.silent.size === 0), 20_000));
  });
}

test('of many names that an owner did not hear of each is told in its turn, also while it hears nothing yet', (t) => {
  const { cluster, nodes: [a, , c] } = aRingWithMuch();
  cluster.cut(a, c);
  const names = Array.from({ length: OTHERS }, (_, i) => `new ${i}`);
  for (const name of names) put(cluster, a, name, 'one');
  const firstAsked = new Map(Array.from(a.ring!.files.silent, ([name, { atMs }]) => [name, atMs]));
  cluster.runFor(20_000);
  t.deepEqual(names.filter((name) => a.ring!.files.silent.get(name)!.atMs === firstAsked.get(name)), []);
});

test('what a node that died did not hear of it asks for itself: nobody remembers that for it', (t) => {
  const { cluster, nodes: [a, , c] } = aRingWithMuch();
  cluster.crash(c);
  t.is(put(cluster, a, 'x', 'one').type, 'stored');
  t.is(a.ring?.files.silent.size, 1);
  cluster.runFor(15_000);
  t.is(a.ring?.files.silent.size, 0);
  cluster.restart(c);
  t.true(cluster.until(() => cluster.registerOf(c, 'x')?.value !== undefined, 20_000));
});

function aRingWithMuch(): { readonly cluster: Cluster; readonly nodes: readonly [ClusterNode, ClusterNode, ClusterNode] } {
  const cluster = aSettledCluster(3);
  const nodes = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  for (let i = 0; i < OTHERS; i++) put(cluster, nodes[0], `other ${i}`, 'some');
  cluster.runFor(20_000);
  return { cluster, nodes };
}
