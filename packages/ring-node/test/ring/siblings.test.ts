import test from 'ava';
import { as, contentOf, digestOf, get, put } from './a-client.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

const SPLITS = 4;
/** On each side of each split. */
const WRITES = 5;

test('conflict copies grow with splits and not with writes, and go with a write that has seen them', (t) => {
  const cluster = aCluster(4, { wants: { copies: 2 } });
  t.true(cluster.until(() => cluster.isSettled(), 60_000));
  const [a, b, c, d] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'before');
  for (let split = 1; split <= SPLITS; split++) {
    cluster.split([a, b], [c, d]);
    cluster.runFor(10_000);
    for (let i = 0; i < WRITES; i++) for (const node of [a, b, c, d]) as('stored', put(cluster, node, 'x', `${node.index}, ${split}, ${i}`));
    cluster.mend();
    t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster), 60_000));
    const { conflicts } = as('found', get(cluster, a, 'x')).value;
    t.true(conflicts.length >= 1 && conflicts.length <= split, `${conflicts.length} after ${split} splits`);
  }
  const { value } = as('found', get(cluster, a, 'x'));
  put(cluster, c, 'x', 'all of them in one', { requireStrong: true, resolves: value.conflicts.map(({ version }) => version) });
  cluster.runFor(60_000);
  for (const node of cluster.nodes) {
    const answer = get(cluster, node, 'x');
    t.deepEqual([contentOf(answer), as('found', answer).value.conflicts], [digestOf('all of them in one'), []]);
  }
  t.deepEqual(cluster.nodes.flatMap(({ disk }) => [...disk.kept.values()].map(({ digest }) => digest)), Array(2).fill(digestOf('all of them in one')));
});

function isMerged(cluster: Cluster): boolean {
  return cluster.running.every((node) => {
    const register = cluster.registerOf(node, 'x');
    return register === undefined || (register.branches.length === 0 && register.mine === undefined);
  });
}
