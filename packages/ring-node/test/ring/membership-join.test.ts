import test from 'ava';
import { fullOrder, nextOf, previousOf } from '../../src/ring/membership/order.js';
import { adopt } from '../../src/ring/membership/adopt.js';
import { askPut, put } from './a-client.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';
import { HandMadeRing, nodeIdOf } from './a-hand-made-ring.js';

function orderSeenBy(cluster: Cluster, node: ClusterNode): number[] {
  const indices = fullOrder(node.ring).map(({ nodeId }) => cluster.nodes.findIndex((other) => other.nodeId === nodeId));
  const first = indices.indexOf(0);
  return [...indices.slice(first), ...indices.slice(0, first)];
}

function refusalsOf(node: ClusterNode): string[] {
  return node.events.flatMap(({ event }) => (event.type === 'refused' ? [event.code] : []));
}

test('R01 a node that is started without a peer is a ring of one, its own next and previous', (t) => {
  const cluster = aCluster(1);
  const [{ ring, nodeId }] = cluster.nodes as [ClusterNode];
  t.is(ring.self.phase, 'in');
  t.is(nextOf(ring), nodeId);
  t.is(previousOf(ring), nodeId);
  t.is(ring.placement.newest, 1);
  t.deepEqual(cluster.faults(), []);
});

test('what is written when a node joins does not grow with the ring', (t) => {
  const written = [3, 300].map((count) => {
    const hand = new HandMadeRing(count);
    const newcomer = { ...hand.nodes[0]!.ring.membership.roster.get(nodeIdOf(1))!, nodeId: nodeIdOf(count), address: 'new' };
    let changes: unknown[] = [];
    hand.act(0, (ring, turn) => {
      adopt(ring, newcomer, turn);
      changes = turn.effects.flatMap((effect) => (effect.type === 'save' ? [...effect.changes] : []));
    });
    return changes.length;
  });
  t.deepEqual(written, [2, 2]);
});

test('a node that has joined does not tell what the ring told it', (t) => {
  const cluster = aCluster(5);
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[0]);
  t.true(cluster.until(() => joiner.ring.self.phase === 'in', 5_000));
  t.deepEqual([...joiner.ring.membership.news.keys()], [joiner.nodeId]);
});

test('R04 each node that joins lands right after the one it named', (t) => {
  const chain = aCluster(5);
  t.deepEqual(orderSeenBy(chain, chain.nodes[3]!), [0, 1, 2, 3, 4]);
  const star = aCluster(5, { join: 'star' });
  t.deepEqual(orderSeenBy(star, star.nodes[3]!), [0, 4, 3, 2, 1]);
  t.deepEqual([...chain.faults(), ...star.faults()], []);
});

test('R22 every node says how the ring is linked when somebody joins', (t) => {
  const cluster = aCluster(3);
  for (const node of cluster.nodes) {
    const last = cluster.eventsOf('ring').filter((told) => told.node === node).at(-1)!.event;
    t.deepEqual(last.order.map(({ address }) => address), cluster.nodes.map(({ address }) => address));
    t.is(last.next, cluster.nodes[(node.index + 1) % 3]!.nodeId);
    t.is(last.previous, cluster.nodes[(node.index + 2) % 3]!.nodeId);
  }
});

for (const seed of [1, 2, 3, 4, 5]) {
  test(`R05 nodes that join at any members at once end in one ring, seed ${seed}`, (t) => {
    const cluster = aCluster(3, { seed });
    for (let i = 3; i < 12; i++) {
      const node = cluster.addNode();
      cluster.start(node, cluster.nodes[(i * 7 + seed) % Math.min(i, 6)]!);
    }
    t.true(cluster.until(() => cluster.isOneRing(), 10_000), 'they do not agree');
    const orders = cluster.nodes.map((node) => orderSeenBy(cluster, node).join());
    t.is(new Set(orders).size, 1);
    t.deepEqual(cluster.faults(), []);
  });
}

test('R04 a node that names itself is refused', (t) => {
  const cluster = aCluster(1, { join: 'none' });
  const [node] = cluster.nodes as [ClusterNode];
  cluster.start(node, node);
  cluster.runFor(1_000);
  t.deepEqual(refusalsOf(node), ['itself']);
  t.is(node.ring.self.ringId, undefined);
});

test('A node that was started with other settings is refused and the ring is as it was', (t) => {
  const cluster = aCluster(2, { wants: { copies: 2 } });
  const { digest } = cluster.nodes[0]!.ring.membership;
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[0]);
  joiner.ring = { ...joiner.ring, wants: { copies: 5 } };
  cluster.runFor(1_000);
  t.deepEqual(refusalsOf(joiner), ['other-settings']);
  t.is(cluster.nodes[0]!.ring.membership.digest, digest);
});

test('A ring of one that never held a file gives itself up for another ring', (t) => {
  const cluster = aCluster(2);
  const founder = cluster.addNode();
  cluster.start(founder);
  cluster.runFor(1_000);
  t.not(founder.ring.self.ringId, cluster.nodes[0]!.ring.self.ringId);
  cluster.input(founder, { type: 'join', address: cluster.nodes[0]!.address });
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.deepEqual(cluster.faults(), []);
});

test('A ring that held files, or has other nodes, is not given up', (t) => {
  const cluster = aCluster(2);
  const holder = cluster.addNode();
  cluster.start(holder);
  holder.ring.self.heldFiles = true;
  cluster.input(holder, { type: 'join', address: cluster.nodes[0]!.address });
  const pair = [cluster.addNode(), cluster.addNode()] as const;
  cluster.start(pair[0]);
  cluster.start(pair[1], pair[0]);
  cluster.runFor(2_000);
  cluster.input(pair[1], { type: 'join', address: cluster.nodes[0]!.address });
  cluster.runFor(2_000);
  t.deepEqual([refusalsOf(holder), refusalsOf(pair[1])], [['other-ring'], ['other-ring']]);
  t.is(holder.ring.membership.roster.size, 1);
  t.is(cluster.nodes[0]!.ring.membership.roster.size, 2);
});

for (const count of [2, 3, 7]) {
  test(`Of ${count} fresh nodes that name each other in a circle the one with the lowest nodeId founds, also where another one names one of them`, (t) => {
    const cluster = aCluster(count + 1, { join: 'none' });
    const { nodes } = cluster;
    for (const [i, node] of nodes.entries()) cluster.start(node, nodes[i === count ? 0 : (i + 1) % count]);
    t.true(cluster.until(() => cluster.isOneRing(), 20_000));
    const [lowest] = nodes.slice(0, count).map(({ nodeId }) => nodeId).sort();
    t.deepEqual(cluster.eventsOf('epoch').filter(({ event }) => event.number === 1)[0]!.event.members, [lowest]);
    t.is(cluster.eventsOf('epoch').filter(({ event }) => event.number === 1 && event.members[0] !== lowest).length, 0);
    t.deepEqual(cluster.faults(), []);
  });
}

test('Two empty rings of one that join each other become one', (t) => {
  const cluster = aCluster(2, { join: 'none' });
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.start(a);
  cluster.start(b);
  cluster.input(a, { type: 'join', address: b.address });
  cluster.input(b, { type: 'join', address: a.address });
  cluster.runFor(1_000);
  t.is(a.ring.self.ringId, b.ring.self.ringId);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
});

test('A ring of one that is about to join another takes nobody in meanwhile', (t) => {
  const cluster = aCluster(2);
  const [goes, comes] = [cluster.addNode(), cluster.addNode()] as const;
  cluster.start(goes);
  cluster.runFor(1_000);
  cluster.start(comes, goes);
  cluster.input(goes, { type: 'join', address: cluster.nodes[0]!.address });
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.true(refusalsOf(comes).includes('not-ready'));
});

test('A ring of one that is about to join another takes no file meanwhile: the other counts it in already', (t) => {
  const cluster = aCluster(2);
  const goes = cluster.addNode();
  const [there] = cluster.nodes as [ClusterNode];
  cluster.start(goes);
  cluster.runFor(1_000);
  const before = askPut(cluster, goes, 'x', 'one');
  cluster.input(goes, { type: 'join', address: there.address });
  const after = askPut(cluster, goes, 'y', 'one');
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  for (const ref of [before, after]) t.like(goes.answers.get(ref), { type: 'failed', code: 'not-joined' });
  t.like(put(cluster, goes, 'x', 'one'), { type: 'stored' });
});

test('A ring of one that asked somebody to take it in who is gone takes others in after a while', (t) => {
  const cluster = aCluster(3, { join: 'none' });
  const [asks, gone, comes] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.start(asks);
  cluster.start(gone);
  cluster.cut(asks, gone);
  cluster.input(asks, { type: 'join', address: gone.address });
  cluster.crash(gone);
  cluster.start(comes, asks);
  t.true(cluster.until(() => cluster.isOneRing(), 15_000));
  t.true(refusalsOf(comes).includes('not-ready'));
  t.deepEqual(cluster.faults(), []);
});

test('Nodes that name each other in a circle become one ring also where one of them was a ring of one before, and what it asked was lost', (t) => {
  const cluster = aCluster(3, { join: 'none' });
  const [was, named, names] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.start(was);
  cluster.cut(was, named);
  cluster.input(was, { type: 'join', address: named.address });
  cluster.start(named, names);
  cluster.start(names, was);
  cluster.runFor(2_000);
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing(), 15_000));
  t.deepEqual(cluster.faults(), []);
});

test('A node that joins again keeps its place', (t) => {
  const cluster = aCluster(4);
  const [, , joined] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.input(joined, { type: 'join', address: cluster.nodes[0]!.address });
  cluster.runFor(1_000);
  t.deepEqual(orderSeenBy(cluster, cluster.nodes[0]!), [0, 1, 2, 3]);
  t.true(cluster.isOneRing());
});

test('A node that crashed in the middle of being taken in starts as one without a ring, and joins', (t) => {
  const cluster = aCluster(2);
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[0]);
  const before = joiner.disk.records.get('self')!;
  t.true(cluster.until(() => joiner.disk.records.has('epochs'), 1_000));
  cluster.crash(joiner);
  joiner.disk.records.set('self', before);
  cluster.restart(joiner, cluster.nodes[1]);
  t.is(joiner.ring.placement.newest, 0);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.deepEqual(cluster.faults(), []);
});

test('R24 a node that listens everywhere is known by the address from which it was seen to come', (t) => {
  const cluster = aCluster(2);
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[1]);
  joiner.ring.self.address = '0.0.0.0:4043';
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.is(cluster.nodes[0]!.ring.membership.roster.get(joiner.nodeId)!.address, joiner.address);
  t.is(joiner.ring.self.address, joiner.address);
});

test('R20 a hundred nodes find each other', (t) => {
  const cluster = aCluster(100);
  t.true(cluster.isOneRing());
  t.deepEqual(cluster.faults(), []);
});
