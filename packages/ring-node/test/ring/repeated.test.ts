import test from 'ava';
import type { Conditions } from '../../src/ring/client-request.js';
import { as, digestOf, get, isMerged, put } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode } from './a-cluster.js';

test('a request that was done weakly and is repeated on the other side is done once in the end', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  put(cluster, a, 'x', 'one', { opId: 'the-id' });
  put(cluster, b, 'x', 'one', { opId: 'the-id' });
  put(cluster, b, 'x', 'two');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  const found = as('found', get(cluster, a, 'x'));
  t.is(found.value.digest, digestOf('two'));
  t.deepEqual(found.value.conflicts, []);
});

test('who repeats what was done weakly and is kept beside the file is told so, and it is not done a second time', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  put(cluster, a, 'x', 'one', { opId: 'the-id' });
  put(cluster, b, 'x', 'two');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  t.like(put(cluster, c, 'x', 'one', { opId: 'the-id' }), { type: 'stored', receipt: { grade: 'weak' } });
  t.like(put(cluster, c, 'x', 'one', { opId: 'the-id', requireStrong: true }), { type: 'failed', code: 'outcome-unknown' });
  const kept = (): string[] => {
    const { digest, conflicts } = as('found', get(cluster, a, 'x')).value;
    return [digest, ...conflicts.map((one) => one.digest)];
  };
  t.deepEqual(kept(), [digestOf('two'), digestOf('one')]);
  t.like(put(cluster, c, 'x', 'one', { opId: 'another' }), { type: 'stored', receipt: { grade: 'strong' } });
  t.deepEqual(kept(), [digestOf('one')], 'the same content, put anew, is no conflict with its copy');
});

test('whose request was done weakly on a condition is never told that it was done strongly, and gets no less than strong who insists on that', (t) => {
  const { cluster, b } = doneWeakly({ ifNoneMatch: '*' });
  const again = { opId: 'the-id', conditions: { ifNoneMatch: '*' } } as const;
  t.like(put(cluster, b, 'x', 'one', again), { type: 'stored', receipt: { grade: 'weak' } });
  t.like(put(cluster, b, 'x', 'one', { ...again, requireStrong: true }), { type: 'failed', code: 'outcome-unknown' });
});

test('an upload that was made weakly, on no condition, and got the name has been made strongly then', (t) => {
  const { cluster, b } = doneWeakly({});
  t.like(put(cluster, b, 'x', 'one', { opId: 'the-id', requireStrong: true }), { type: 'stored', receipt: { grade: 'strong' } });
});

/** A ring of three in which one, cut off, has taken an upload, after they have met. */
function doneWeakly(conditions: Conditions): { readonly cluster: Cluster; readonly b: ClusterNode } {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  put(cluster, a, 'x', 'one', { opId: 'the-id', conditions });
  cluster.mend();
  cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000);
  return { cluster, b };
}
