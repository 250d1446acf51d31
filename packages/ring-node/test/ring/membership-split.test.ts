import test from 'ava';
import { nextOf } from '../../src/ring/membership/order.js';
import { aCluster, type ClusterNode } from './a-cluster.js';

for (const [count, left] of [[2, 1], [4, 2], [5, 1], [10, 4]] as const) {
  test(`Two parts of a ring that could not see each other for a minute are one ring in 10 s, ${left} and ${count - left} nodes`, (t) => {
    const cluster = aCluster(count, { seed: count });
    const parts = [cluster.nodes.slice(0, left), cluster.nodes.slice(left)] as const;
    cluster.runFor(3_000);
    cluster.split(...parts);
    cluster.runFor(60_000);
    for (const part of parts) {
      for (const { ring } of part) {
        for (const other of cluster.nodes) t.is(ring.membership.roster.get(other.nodeId)!.state, part.includes(other) ? 'up' : 'down');
        t.true(part.some(({ nodeId }) => nodeId === nextOf(ring)));
      }
    }
    cluster.mend();
    t.true(cluster.until(() => cluster.isOneRing(), 10_000));
    t.deepEqual(cluster.faults(), []);
  });
}

test('A split that is mended takes no node out of the ring that was in it', (t) => {
  const cluster = aCluster(6, { seed: 3 });
  cluster.runFor(3_000);
  cluster.split(cluster.nodes.slice(0, 3), cluster.nodes.slice(3));
  cluster.runFor(60_000);
  const before = cluster.eventsOf('member').filter(({ event }) => event.state === 'down').length;
  cluster.mend();
  cluster.runFor(30_000);
  t.is(cluster.eventsOf('member').filter(({ event }) => event.state === 'down').length, before);
  t.true(cluster.eventsOf('heal').length > 0);
});

test('A split of an hour heals as well', (t) => {
  const cluster = aCluster(4);
  cluster.split(cluster.nodes.slice(0, 2), cluster.nodes.slice(2));
  cluster.runFor(3_600_000);
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing(), 10_000));
});

test('A node that joined one part of a split is known to all when it heals', (t) => {
  const cluster = aCluster(4);
  cluster.split(cluster.nodes.slice(0, 2), cluster.nodes.slice(2));
  cluster.runFor(20_000);
  const joiner = cluster.addNode();
  cluster.cut(joiner, cluster.nodes[2]!);
  cluster.cut(joiner, cluster.nodes[3]!);
  cluster.start(joiner, cluster.nodes[0] as ClusterNode);
  cluster.runFor(20_000);
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing(), 10_000));
});

test('A split that comes and goes every few seconds ends in one ring', (t) => {
  const cluster = aCluster(6, { seed: 9 });
  for (let i = 0; i < 10; i++) {
    cluster.split(cluster.nodes.filter(({ index }) => (index + i) % 3 === 0), cluster.nodes.filter(({ index }) => (index + i) % 3 !== 0));
    cluster.runFor(2_000 + 900 * i);
    cluster.mend();
    cluster.runFor(1_500);
  }
  t.true(cluster.until(() => cluster.isOneRing(), 10_000));
  t.deepEqual(cluster.faults(), []);
});
