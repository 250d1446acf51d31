import test from 'ava';
import { nextOf } from '../../src/ring/membership/order.js';
import { isReachable, suspect } from '../../src/ring/membership/reachable.js';
import { Turn } from '../../src/ring/turn.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

/** Within this time everybody knows of a death: 1 s to the next probe, 1.3 s for its answer and the helpers', 3 s of suspicion, the own look. */
const DETECTED_MS = 8_000;

function isDownFor(cluster: Cluster, dead: ClusterNode): boolean {
  return cluster.running.every(({ nodeId, ring }) => nodeId === dead.nodeId || ring.membership.roster.get(dead.nodeId)?.state === 'down');
}

/** Who was declared down by anybody, each once. */
function declaredDown(cluster: Cluster): string[] {
  const declared = cluster.eventsOf('member').flatMap(({ event }) => (event.state === 'down' ? [event.nodeId] : []));
  return [...new Set(declared)].sort();
}

function idsOf(nodes: readonly ClusterNode[]): string[] {
  return nodes.map(({ nodeId }) => nodeId).sort();
}

for (const count of [2, 3, 10]) {
  test(`R06 a node that crashed is down for all others in 8 s, and the ring is linked without it, of ${count}`, (t) => {
    const cluster = aCluster(count);
    const [dead] = cluster.nodes as [ClusterNode];
    cluster.runFor(3_000);
    cluster.crash(dead);
    t.true(cluster.until(() => isDownFor(cluster, dead), DETECTED_MS));
    for (const node of cluster.running) t.not(nextOf(node.ring), dead.nodeId);
    t.deepEqual(declaredDown(cluster), [dead.nodeId]);
    t.deepEqual(cluster.faults(), []);
  });

  test(`R06 a node that hangs leaves the ring in 8 s, and comes back by itself, of ${count}`, (t) => {
    const cluster = aCluster(count);
    const hung = cluster.nodes[count - 1]!;
    cluster.runFor(3_000);
    cluster.pause(hung, 20_000);
    const others = cluster.nodes.filter((node) => node !== hung);
    t.true(cluster.until(() => others.every(({ ring }) => ring.membership.roster.get(hung.nodeId)?.state === 'down'), DETECTED_MS));
    for (const { ring } of others) t.not(nextOf(ring), hung.nodeId);
    cluster.run(hung.pausedUntilMs);
    t.true(cluster.until(() => cluster.isOneRing(), 10_000));
    t.deepEqual(declaredDown(cluster), [hung.nodeId], 'the node that stood still accused others');
    t.deepEqual(cluster.faults(), []);
  });
}

test('R06 a node is passed over before it is declared down', (t) => {
  const cluster = aCluster(5);
  const [watcher, dead] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.pause(dead, 60_000);
  t.true(cluster.until(() => nextOf(watcher.ring) !== dead.nodeId, 3_000));
  t.is(watcher.ring.membership.roster.get(dead.nodeId)!.state, 'up');
});

for (const count of [2, 3, 10]) {
  test(`Nodes that stand still for a moment again and again take nobody out of the ring, of ${count}`, (t) => {
    const cluster = aCluster(count);
    for (let i = 0; i < 20; i++) {
      cluster.pause(cluster.nodes[(i * 3) % count]!, 500 + ((i * 700) % 2_200));
      cluster.runFor(2_700);
    }
    cluster.runFor(5_000);
    t.deepEqual(declaredDown(cluster), []);
    t.true(cluster.isOneRing());
  });
}

test('R06 a node that stood still while it waited for an answer does not blame the one that it asked', (t) => {
  const cluster = aCluster(2);
  const [asks] = cluster.nodes as [ClusterNode];
  cluster.runFor(3_000);
  t.true(cluster.until(() => asks.ring.membership.pings.size > 0, 2_000));
  cluster.pause(asks, 3_000);
  cluster.runFor(20_000);
  t.deepEqual(asks.events.filter(({ event }) => event.type === 'suspect'), []);
});

test('R06 a node that stood still while it suspected another asks anew before it declares it down', (t) => {
  const cluster = aCluster(2);
  const [asks, other] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.pause(other, 4_000);
  t.true(cluster.until(() => asks.ring.membership.unreachable.size > 0, 3_000));
  cluster.pause(asks, 10_000);
  cluster.pause(other, 12_000);
  cluster.runFor(20_000);
  t.deepEqual(declaredDown(cluster), []);
});

test('R08 a node that restarts before anyone noticed takes its place again at once', (t) => {
  const cluster = aCluster(5);
  const node = cluster.nodes[2]!;
  const { position } = node.ring.membership.roster.get(node.nodeId)!;
  cluster.runFor(3_000);
  cluster.restart(node);
  t.is(node.ring.self.phase, 'in');
  t.true(cluster.until(() => cluster.isOneRing(), 2_000));
  const seen = cluster.nodes[0]!.ring.membership.roster.get(node.nodeId)!;
  t.is(seen.position, position);
  t.is(seen.incarnation, 2);
  t.is(seen.boot, node.ring.self.boot);
  t.deepEqual(declaredDown(cluster), []);
});

test('R08 a node that comes back at another address after everyone gave it up is the same node', (t) => {
  const cluster = aCluster(4);
  const node = cluster.nodes[1]!;
  cluster.crash(node);
  t.true(cluster.until(() => isDownFor(cluster, node), DETECTED_MS));
  node.address = '10.9.9.9:4043';
  cluster.restart(node);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.is(cluster.nodes[3]!.ring.membership.roster.get(node.nodeId)!.address, '10.9.9.9:4043');
});

test('R08 a ring whose nodes all stop and start again is one ring', (t) => {
  const cluster = aCluster(5);
  for (const node of cluster.nodes) cluster.crash(node);
  cluster.runFor(60_000);
  for (const node of cluster.nodes) cluster.restart(node);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.deepEqual(cluster.faults(), []);
});

test('A node that restarts alone founds no second ring and waits for the others', (t) => {
  const cluster = aCluster(3);
  const { ringId } = cluster.nodes[0]!.ring.self;
  for (const node of cluster.nodes) cluster.crash(node);
  cluster.restart(cluster.nodes[1]!);
  cluster.runFor(120_000);
  t.is(cluster.nodes[1]!.ring.self.ringId, ringId);
  cluster.restart(cluster.nodes[0]!);
  cluster.restart(cluster.nodes[2]!);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
});

test('A link that is cut one way makes nobody flap', (t) => {
  const cluster = aCluster(5);
  cluster.runFor(3_000);
  cluster.cut(cluster.nodes[0]!, cluster.nodes[1]!);
  cluster.runFor(60_000);
  t.deepEqual(declaredDown(cluster), []);
  t.true(cluster.nodes.every(({ ring }) => ring.self.incarnation < 5));
});

test('A node that can send but not hear goes down once and stays down', (t) => {
  const cluster = aCluster(5);
  const deaf = cluster.nodes[2]!;
  cluster.runFor(3_000);
  for (const other of cluster.nodes) if (other !== deaf) cluster.cut(other, deaf);
  cluster.runFor(60_000);
  for (const node of cluster.nodes.filter((other) => other !== deaf)) {
    const declared = node.events.flatMap(({ event }) => (event.type === 'member' && event.state === 'down' ? [event.nodeId] : []));
    t.deepEqual(declared, [deaf.nodeId]);
    t.is(node.ring.membership.roster.get(deaf.nodeId)!.state, 'down');
  }
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing(), 10_000));
});

test('A link that fails between two nodes does not take either out of the ring', (t) => {
  const cluster = aCluster(4);
  cluster.runFor(3_000);
  cluster.split([cluster.nodes[1]!], [cluster.nodes[2]!]);
  cluster.runFor(30_000);
  t.deepEqual(declaredDown(cluster), []);
});

test('Whoever is doubted out of turn is probed at once', (t) => {
  const cluster = aCluster(4);
  const [watcher, , doubted] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.pause(doubted, 60_000);
  cluster.runFor(1);
  const turn = new Turn({ nowMs: cluster.nowMs, wallMs: cluster.nowMs, seed: 1 });
  suspect(watcher.ring, turn, doubted.nodeId, 'it did not take a CHECK');
  t.true(isReachable(watcher.ring, doubted.nodeId));
  cluster.input(watcher, { type: 'tick' });
  t.true(cluster.until(() => !isReachable(watcher.ring, doubted.nodeId), 1_400));
  t.deepEqual(
    watcher.events.flatMap(({ event }) => (event.type === 'suspect' ? [event.why] : [])),
    ['it did not take a CHECK'],
  );
});

test('Fifteen of fifty nodes that crash at once are down for all others in 15 s', (t) => {
  const cluster = aCluster(50);
  cluster.runFor(3_000);
  const dead = cluster.nodes.filter(({ index }) => index % 10 < 3);
  for (const node of dead) cluster.crash(node);
  t.true(cluster.until(() => dead.every((node) => isDownFor(cluster, node)), 15_000));
  t.deepEqual(declaredDown(cluster), idsOf(dead));
});
