import test from 'ava';
import type { Member, Message } from '@coring/protocol';
import { put } from './a-client.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

/** A PING from one node to another, with anything else in it. */
function aPing(from: ClusterNode, to: ClusterNode, said: Partial<Message>): Message {
  const { self, membership, placement } = from.ring;
  return {
    v: 1,
    type: 'PING',
    id: `${self.boot}.x`,
    from: self.nodeId,
    incarnation: self.incarnation,
    to: to.nodeId,
    ringId: self.ringId!,
    clock: self.clock,
    rosterDigest: membership.digest,
    epoch: placement.newest,
    news: [],
    accusations: [],
    ...said,
  } as Message;
}

function recordOf(cluster: Cluster, node: ClusterNode): Member {
  return cluster.nodes.find((other) => other !== node)!.ring.membership.roster.get(node.nodeId)!;
}

test('A death that one node tells of is not believed while the dead one answers', (t) => {
  const cluster = aCluster(5);
  const [liar, hears, alive] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.input(hears, { type: 'message', message: aPing(liar, hears, { news: [{ ...recordOf(cluster, alive), state: 'down' }] }) });
  cluster.runFor(10_000);
  t.deepEqual(cluster.eventsOf('member').filter(({ event }) => event.state === 'down'), []);
  t.true(cluster.isOneRing());
  t.true(alive.ring.self.incarnation > 1, 'it did not refute');
});

test('Without the own look one lie takes a healthy node out of the ring', (t) => {
  const cluster = aCluster(5, { mutations: ['believe-hearsay'] });
  const [liar, hears, alive] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.input(hears, { type: 'message', message: aPing(liar, hears, { news: [{ ...recordOf(cluster, alive), state: 'down' }] }) });
  t.is(hears.ring.membership.roster.get(alive.nodeId)!.state, 'down');
});

test('A node refutes what is said of it at a forged incarnation', (t) => {
  const cluster = aCluster(4);
  const [liar, victim] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  for (const hears of cluster.nodes.slice(2)) {
    cluster.input(hears, { type: 'message', message: aPing(liar, hears, { news: [{ ...recordOf(cluster, victim), incarnation: 1_000_000, capacity: 64 }] }) });
  }
  t.true(cluster.until(() => cluster.isOneRing() && victim.ring.self.incarnation > 1_000_000, 20_000));
  t.is(recordOf(cluster, victim).capacity, 1);
  t.deepEqual(cluster.faults(), []);
});

test('An incarnation that leaves no room for a refutation is not taken in', (t) => {
  const cluster = aCluster(3);
  const [liar, victim, hears] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.input(hears, { type: 'message', message: aPing(liar, hears, { news: [{ ...recordOf(cluster, victim), incarnation: Number.MAX_SAFE_INTEGER, state: 'left' }] }) });
  t.is(hears.ring.membership.roster.get(victim.nodeId)!.incarnation, 1);
  cluster.input(victim, { type: 'message', message: aPing(liar, victim, { accusations: [{ nodeId: victim.nodeId, incarnation: Number.MAX_SAFE_INTEGER }] }) });
  t.is(victim.ring.self.incarnation, 1);
});

test('A refutation is durable before it is said', (t) => {
  const cluster = aCluster(3);
  const [by, accused] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.input(accused, { type: 'message', message: aPing(by, accused, { accusations: [{ nodeId: accused.nodeId, incarnation: 1 }] }) });
  t.is(accused.ring.self.incarnation, 2);
  t.is((JSON.parse(accused.disk.records.get('self')!) as { incarnation: number }).incarnation, 2);
  cluster.restart(accused);
  t.is(accused.ring.self.incarnation, 3);
});

test('An accusation is passed on until the accused hears it', (t) => {
  const cluster = aCluster(5);
  const [by, relays, accused] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.input(relays, { type: 'message', message: aPing(by, relays, { accusations: [{ nodeId: accused.nodeId, incarnation: 1 }] }) });
  t.true(cluster.until(() => accused.ring.self.incarnation === 2, 10_000));
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
});

test('A message for another node is refused and not acted upon', (t) => {
  const cluster = aCluster(3);
  const [from, meant, gets] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  const { digest } = gets.ring.membership;
  cluster.input(gets, { type: 'message', message: aPing(from, meant, { news: [{ ...recordOf(cluster, meant), incarnation: 7 }] }) });
  t.is(gets.ring.membership.digest, digest);
  t.true(cluster.sent.some(({ message }) => message.type === 'REFUSED' && message.code === 'wrong-node'));
});

test('A message of another ring changes nothing', (t) => {
  const cluster = aCluster(3);
  const [from, gets] = cluster.nodes as [ClusterNode, ClusterNode];
  const { digest } = gets.ring.membership;
  cluster.input(gets, { type: 'message', message: aPing(from, gets, { ringId: '0'.repeat(32), news: [{ ...recordOf(cluster, from), state: 'left' }] }) });
  t.is(gets.ring.membership.digest, digest);
});

test('Who is not in the roster decides nothing about epochs', (t) => {
  const cluster = aCluster(3);
  const gets = cluster.nodes[1]!;
  cluster.runFor(3_000);
  const { epochs, floor, newest } = gets.ring.placement;
  const from = '5'.repeat(32);
  const forged = { epochs: [{ ...epochs.at(-1)!, number: 999, members: [{ nodeId: from, capacity: 1 }] }], oldestEpoch: 999, floor: floor + 1 };
  const vote = { number: newest + 1, phase: 'accept', ballot: { time: gets.ring.self.clock, node: from }, proposal: { ...forged.epochs[0]!, number: newest + 1 }, ayes: [] };
  const lap = { lap: 'forged', origin: from, seq: 1, arc: 0, arcs: 1, arcEnd: from, hop: 1, hopsMax: 9, deadlineMs: 1_000, seen: [], skipped: [] };
  const fold = { count: 1, minSynced: 999, minClean: 1, full: 0 };
  const accepted = JSON.stringify(gets.ring.placement.acceptor);
  for (const said of [
    { type: 'CHECK', ...lap, fold, vote, epochs: [], oldestEpoch: 1, floor: 0 },
    { type: 'CHECK', ...lap, lap: 'another', fold, ...forged },
    { type: 'ROSTER', roster: [], ...forged, answer: true },
  ]) {
    cluster.input(gets, { type: 'message', message: aPing(cluster.nodes[0]!, gets, { from, ...said } as object) });
  }
  t.deepEqual([gets.ring.placement.newest, gets.ring.placement.floor, JSON.stringify(gets.ring.placement.acceptor)], [newest, floor, accepted]);
});

test('Another process with the identity of this node is told of, and the others keep to one of the two', (t) => {
  const cluster = aCluster(3);
  const [one, original, other] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  const copy = cluster.addNode();
  Object.assign(copy, { nodeId: original.nodeId });
  for (const [key, text] of original.disk.records) copy.disk.records.set(key, text);
  cluster.start(copy);
  cluster.runFor(5_000);
  t.true(original.events.some(({ event }) => event.type === 'clone'));
  const addresses = (): (string | undefined)[] => [one, other].map(({ ring }) => ring.membership.roster.get(original.nodeId)?.address);
  const [kept] = addresses();
  for (let i = 0; i < 10; i++) {
    cluster.runFor(5_000);
    t.deepEqual(addresses(), [kept, kept]);
  }
  // Nobody answers the other one: it decides nothing.
  const left = kept === copy.address ? original : copy;
  t.is(put(cluster, left, 'x', 'x', { requireStrong: true }).type, 'failed');
});

test('What lost messages should have told is known a moment later all the same', (t) => {
  const cluster = aCluster(6);
  cluster.runFor(3_000);
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[0]);
  cluster.until(() => cluster.sent.at(-1)!.message.type === 'WELCOME', 1_000);
  cluster.loss = 1;
  cluster.runFor(400);
  for (const { ring } of cluster.nodes) ring.membership.news.clear();
  cluster.loss = 0;
  t.true(cluster.nodes.slice(1, 6).every(({ ring }) => !ring.membership.roster.has(joiner.nodeId)));
  t.true(cluster.until(() => cluster.isOneRing(), 8_000));
});
