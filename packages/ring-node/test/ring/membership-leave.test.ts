import test from 'ava';
import { nextOf } from '../../src/ring/membership/order.js';
import { startRing } from '../../src/ring/index.js';
import { ringBody } from '../../src/ring/ring-body.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

function stateSeenBy(node: ClusterNode, other: ClusterNode): string | undefined {
  return node.ring.membership.roster.get(other.nodeId)?.state;
}

function hasLeft(node: ClusterNode, mode: 'away' | 'for-good' | 'sleep'): boolean {
  return node.events.some(({ event }) => event.type === 'left' && event.mode === mode);
}

function operate(cluster: Cluster, at: ClusterNode, op: 'leave' | 'forget', on: ClusterNode): { readonly ok: boolean; readonly message: string } {
  const ref = `${op} ${cluster.nowMs}`;
  cluster.input(at, { type: 'operate', ref, op, nodeId: on.nodeId });
  return at.operated.get(ref)!;
}

test('R09 a node that goes away for a while says so, and is passed over at once without being accused', (t) => {
  const cluster = aCluster(4);
  const [before, goes, after] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.runFor(3_000);
  cluster.input(goes, { type: 'leave', mode: 'away' });
  t.true(hasLeft(goes, 'away'));
  t.true(cluster.until(() => nextOf(before.ring) === after.nodeId, 10));
  cluster.crash(goes);
  cluster.runFor(20_000);
  t.deepEqual(cluster.eventsOf('suspect'), []);
  t.true(before.ring.membership.roster.get(goes.nodeId)!.away);
});

test('R09 a node that was away comes back by itself, in its place', (t) => {
  const cluster = aCluster(4);
  const goes = cluster.nodes[1]!;
  const { position } = goes.ring.membership.roster.get(goes.nodeId)!;
  cluster.input(goes, { type: 'leave', mode: 'away' });
  cluster.crash(goes);
  cluster.runFor(30_000);
  cluster.restart(goes);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.is(cluster.nodes[3]!.ring.membership.roster.get(goes.nodeId)!.position, position);
  t.deepEqual(cluster.faults(), []);
});

test('A node that goes away does not come back because it still answers for a moment', (t) => {
  const cluster = aCluster(3);
  const goes = cluster.nodes[1]!;
  cluster.input(goes, { type: 'leave', mode: 'away' });
  cluster.runFor(10_000);
  for (const node of cluster.nodes) t.is(stateSeenBy(node, goes), 'down');
});

test('A node that leaves for good drains first, and is then no member of any epoch', (t) => {
  const cluster = aCluster(4, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000), 'no epoch with all of them');
  const goes = cluster.nodes[2]!;
  cluster.input(goes, { type: 'leave', mode: 'for-good' });
  t.is(goes.ring.self.phase, 'leaving');
  t.false(hasLeft(goes, 'for-good'));
  t.true(cluster.until(() => hasLeft(goes, 'for-good'), 20_000));
  cluster.runFor(5_000);
  for (const { ring } of cluster.nodes.filter((node) => node !== goes)) {
    t.is(ring.membership.roster.get(goes.nodeId)!.state, 'left');
    t.false(ring.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === goes.nodeId));
  }
});

test('A node that left for good may join again, as another one', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  cluster.until(() => cluster.isSettled(), 20_000);
  const goes = cluster.nodes[2]!;
  cluster.input(goes, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => hasLeft(goes, 'for-good'), 20_000));
  cluster.crash(goes);
  cluster.runFor(5_000);
  const before = goes.nodeId;
  cluster.restart(goes, cluster.nodes[0]);
  t.not(goes.nodeId, before);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  const { nodeId } = goes;
  cluster.crash(goes);
  cluster.restart(goes);
  t.is(goes.nodeId, nodeId);
  t.deepEqual(cluster.faults(), []);
});

test('A node that lost its power in the middle of forgetting what it voted forgets the rest when it starts', (t) => {
  const nodeId = 'a'.repeat(32);
  const vote = { number: 3, promised: { time: 1, node: nodeId } };
  const persisted = { self: { nodeId, ringId: 'b'.repeat(32), incarnation: 4, clockCeiling: 9, heldFiles: true, hasLeft: true }, vote } as const;
  const { ring, effects } = startRing({ nodeId, boot: 'b', address: 'n:4043', capacity: 1, features: [], wants: {}, persisted, isJoining: true }, { nowMs: 0, wallMs: 0, seed: 1 });
  t.not(ring.self.nodeId, nodeId);
  t.is(ring.self.ringId, undefined);
  t.true(effects.some((effect) => effect.type === 'save' && effect.changes.some((change) => change.do === 'delete' && 'key' in change && change.key === 'vote')));
});

test('A ring of one that is told to leave for good keeps what it has and goes', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes as [ClusterNode];
  const { ringId } = node.ring.self;
  cluster.input(node, { type: 'leave', mode: 'for-good' });
  t.true(hasLeft(node, 'for-good'));
  cluster.restart(node);
  t.is(node.ring.self.ringId, ringId);
});

test('Nodes that all leave for good at once say that nobody stays; when one of them is started again the others go', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000));
  const [first, ...others] = cluster.nodes as [ClusterNode, ...ClusterNode[]];
  for (const node of cluster.nodes) cluster.input(node, { type: 'leave', mode: 'for-good' });
  cluster.runFor(70_000);
  for (const { events } of cluster.nodes) t.true(events.some(({ event }) => event.type === 'warning' && event.what.includes('nobody stays')));
  cluster.restart(first);
  t.true(cluster.until(() => others.every((node) => hasLeft(node, 'for-good')), 20_000));
  t.is(first.ring.self.phase, 'in');
});

test('The operator lets any node leave through any other', (t) => {
  const cluster = aCluster(4, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000));
  const [at, , , goes] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  t.true(operate(cluster, at, 'leave', goes).ok);
  t.true(cluster.until(() => hasLeft(goes, 'for-good'), 20_000));
});

test('A node that is down cannot be told to leave, and a node that is up cannot be forgotten', (t) => {
  const cluster = aCluster(3);
  const [at, up, down] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.crash(down);
  cluster.until(() => stateSeenBy(at, down) === 'down', 8_000);
  t.false(operate(cluster, at, 'leave', down).ok);
  t.false(operate(cluster, at, 'forget', up).ok);
  t.false(operate(cluster, at, 'forget', at).ok);
  t.false(operate(cluster, at, 'forget', { ...up, nodeId: 'f'.repeat(32) }).ok);
  t.is(stateSeenBy(at, up), 'up');
});

test('A node that was forgotten is refused whenever it comes back, says why, and keeps what it has voted', (t) => {
  const cluster = aCluster(3);
  const [at, , lost] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.crash(lost);
  cluster.until(() => stateSeenBy(at, lost) === 'down', 8_000);
  t.true(operate(cluster, at, 'forget', lost).ok);
  cluster.runFor(5_000);
  t.true(cluster.nodes[1]!.ring.membership.roster.get(lost.nodeId)!.forgotten);
  cluster.restart(lost);
  t.true(cluster.until(() => lost.ring.self.phase === 'gone', 5_000));
  const told = () => lost.events.filter(({ event }) => event.type === 'warning' && event.what.includes('lost for ever')).length;
  t.is(told(), 1);
  t.is(stateSeenBy(at, lost), 'left');
  const { newest } = lost.ring.placement;
  cluster.restart(lost, at);
  t.is(lost.ring.placement.newest, newest);
  t.true(cluster.until(() => lost.ring.self.phase === 'gone', 5_000));
  t.is(told(), 2);
});

test('A node that left comes back as another while an epoch counts it that it never knew: the ones before it decide about the next, with the one that came', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000));
  const [at, other, goes] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.input(goes, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => hasLeft(goes, 'for-good') && stateSeenBy(at, goes) === 'left', 20_000));
  const { placement } = at.ring;
  const unheard = { ...placement.epochs.at(-1)!, number: placement.newest + 1, members: [{ nodeId: goes.nodeId, capacity: 1 }] };
  for (const node of [at, other]) {
    node.ring.placement.epochs.push(unheard);
    node.ring.placement.newest = unheard.number;
  }
  cluster.restart(goes, at);
  t.true(cluster.until(() => stateSeenBy(other, goes) === 'up', 5_000));
  t.true(cluster.until(() => placement.oldest > unheard.number, 20_000));
  t.deepEqual(placement.epochs.at(-1)!.members.map(({ nodeId }) => nodeId).sort(), [at.nodeId, other.nodeId, goes.nodeId].sort());
});

/** Goes to sleep, and its process ends. */
function fallAsleep(cluster: Cluster, sleeper: ClusterNode, wakeAfterMs: number): boolean {
  cluster.input(sleeper, { type: 'leave', mode: 'sleep', wakeAfterMs });
  if (!hasLeft(sleeper, 'sleep')) return false;
  cluster.crash(sleeper);
  return true;
}

function dialled(cluster: Cluster, { address }: ClusterNode, sinceMs: number): boolean {
  return cluster.sent.some((sent) => sent.atMs > sinceMs && sent.address === address);
}

test('A10 a sleeping node is neither probed nor accused, and dialled when it is to be woken', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000), 'not in sync');
  const [at, sleeper] = cluster.nodes as [ClusterNode, ClusterNode];
  t.true(cluster.until(() => fallAsleep(cluster, sleeper, 60_000), 10_000));
  const sleepsMs = cluster.nowMs;
  cluster.runFor(1_000);
  t.is(stateSeenBy(at, sleeper), 'asleep');
  const sinceMs = cluster.nowMs;
  cluster.runFor(50_000);
  t.false(dialled(cluster, sleeper, sinceMs), 'it was disturbed');
  t.deepEqual(cluster.eventsOf('suspect'), []);
  t.is(ringBody(at.ring, { version: '', uptimeMs: 0 }).state, 'whole');
  t.true(cluster.until(() => dialled(cluster, sleeper, sinceMs), 30_000));
  t.true(cluster.nowMs - sleepsMs >= 60_000);
  cluster.restart(sleeper);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
});

test('A10 a sleeping node that does not start when it is dialled is down', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000), 'not in sync');
  const sleeper = cluster.nodes[1]!;
  t.true(cluster.until(() => fallAsleep(cluster, sleeper, 5_000), 10_000));
  t.true(cluster.until(() => cluster.nodes.every((node) => node === sleeper || stateSeenBy(node, sleeper) === 'down'), 40_000));
});

test('A10 no node sleeps while another one is missed', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000), 'not in sync');
  const [at, , lost] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.crash(lost);
  t.true(cluster.until(() => stateSeenBy(at, lost) === 'down', 10_000));
  t.false(fallAsleep(cluster, at, 5_000));
});
