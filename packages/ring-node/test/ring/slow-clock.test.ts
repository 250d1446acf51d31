import test from 'ava';
import { as, contentOf, digestOf, get, put, remove } from './a-client.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

/** By less than a clock may be ahead: for the slow one all others are. */
const BEHIND_MS = 50_000;

test('an overwrite by a node whose clock is behind is the newer one, everywhere and for good', (t) => {
  const { cluster, right, slow } = aClusterWithASlowClock();
  const first = as('stored', put(cluster, right, 'x', 'one'));
  const second = as('stored', put(cluster, slow, 'x', 'two'));
  t.deepEqual([first.receipt.grade, second.receipt.grade], ['strong', 'strong']);
  t.true(second.value.version.time > first.value.version.time);
  isEverywhere(t, cluster, digestOf('two'));
});

test('what a node whose clock is behind writes after a deletion is not deleted by it', (t) => {
  const { cluster, right, slow } = aClusterWithASlowClock();
  put(cluster, right, 'x', 'one');
  t.like(remove(cluster, right, 'x'), { type: 'deleted', receipt: { grade: 'strong' } });
  t.like(put(cluster, slow, 'x', 'two'), { type: 'stored', created: true, receipt: { grade: 'strong' } });
  isEverywhere(t, cluster, digestOf('two'));
});

test('what a node whose clock is behind deletes stays deleted', (t) => {
  const { cluster, right, slow } = aClusterWithASlowClock();
  put(cluster, right, 'x', 'one');
  t.like(remove(cluster, slow, 'x'), { type: 'deleted', receipt: { grade: 'strong' } });
  isEverywhere(t, cluster, 'absent');
});

test('a weak overwrite by a node whose clock is behind takes the place of what that node had read', (t) => {
  const { cluster, right, slow } = aClusterWithASlowClock();
  put(cluster, right, 'x', 'one');
  cluster.split([slow], cluster.nodes.filter((node) => node !== slow));
  cluster.runFor(10_000);
  t.like(put(cluster, slow, 'x', 'two'), { type: 'stored', receipt: { grade: 'weak' } });
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing(), 60_000));
  cluster.runFor(30_000);
  isEverywhere(t, cluster, digestOf('two'));
});

test('a node whose clock is an hour behind acknowledges nothing strongly, keeps nobody else from it, and is in time again when its clock is', (t) => {
  const { cluster, right, slow } = aClusterWithASlowClock(3_600_000);
  as('stored', put(cluster, right, 'x', 'one'));
  t.is(put(cluster, slow, 'x', 'two', { requireStrong: true }).type, 'failed');
  t.like(put(cluster, right, 'x', 'three'), { type: 'stored', receipt: { grade: 'strong' } });
  slow.skewMs = 0;
  t.like(put(cluster, slow, 'x', 'four'), { type: 'stored', receipt: { grade: 'strong' } });
  // What was not acknowledged may stand beside it.
  for (const node of cluster.nodes) t.is(contentOf(get(cluster, node, 'x')), digestOf('four'));
});

function aClusterWithASlowClock(behindMs = BEHIND_MS): { readonly cluster: Cluster; readonly right: ClusterNode; readonly slow: ClusterNode } {
  const cluster = aCluster(3);
  if (!cluster.until(() => cluster.isSettled(), 60_000)) throw new Error('the cluster did not settle');
  const [right, slow] = cluster.nodes as [ClusterNode, ClusterNode];
  slow.skewMs = -behindMs;
  // The clock that is saved may be as far behind as the other one: it is not asked.
  cluster.restart(slow);
  if (!cluster.until(() => cluster.isSettled(), 60_000)) throw new Error('the cluster did not settle again');
  return { cluster, right, slow };
}

/** Every node gives it, with nothing beside it, now and when each has been restarted and has compared what it has with the others. */
function isEverywhere(t: { deepEqual: (actual: unknown, expected: unknown, message?: string) => unknown }, cluster: Cluster, content: string): void {
  for (const when of ['at once', 'afterwards']) {
    for (const node of cluster.nodes) {
      const answer = get(cluster, node, 'x');
      t.deepEqual([contentOf(answer), answer.type === 'found' ? answer.value.conflicts : []], [content, []], `${when}, at ${node.index}`);
    }
    if (when === 'at once') for (const node of cluster.nodes) cluster.restart(node);
    cluster.runFor(60_000);
  }
}
