import test from 'ava';
import type { Message } from '@coring/protocol';
import { nextOf } from '../../src/ring/membership/order.js';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

function stateSeenBy(node: ClusterNode, other: ClusterNode): string | undefined {
  return node.ring.membership.roster.get(other.nodeId)?.state;
}

function hasLeft(node: ClusterNode, mode: 'away' | 'for-good' | 'sleep'): boolean {
  return node.events.some(({ event }) => event.type === 'left' && event.mode === mode);
}

/** Some PING that the node was sent. */
function aPing(cluster: Cluster, to: ClusterNode): Message {
  return cluster.sent.find(({ message }) => message.type === 'PING' && message.to === to.nodeId)!.message;
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

test('A node that left for good may join again', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  cluster.until(() => cluster.isSettled(), 20_000);
  const goes = cluster.nodes[2]!;
  cluster.input(goes, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => hasLeft(goes, 'for-good'), 20_000));
  cluster.crash(goes);
  cluster.runFor(5_000);
  cluster.restart(goes, cluster.nodes[0]);
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
  t.deepEqual(cluster.faults(), []);
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

test('A node that was forgotten is refused when it comes back, and says why', (t) => {
  const cluster = aCluster(3);
  const [at, , lost] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.crash(lost);
  cluster.until(() => stateSeenBy(at, lost) === 'down', 8_000);
  t.true(operate(cluster, at, 'forget', lost).ok);
  cluster.runFor(5_000);
  t.true(cluster.nodes[1]!.ring.membership.roster.get(lost.nodeId)!.forgotten);
  cluster.restart(lost);
  t.true(cluster.until(() => lost.ring.self.phase === 'gone', 5_000));
  t.true(lost.events.some(({ event }) => event.type === 'warning' && event.what.includes('lost for ever')));
  t.is(stateSeenBy(at, lost), 'left');
  cluster.restart(lost, at);
  cluster.runFor(2_000);
  t.true(lost.events.some(({ event }) => event.type === 'refused' && event.code === 'other-ring'));
});

test('A sleeping node is neither probed nor accused and wakes when it is spoken to', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000), 'not in sync');
  const [at, sleeper] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.input(sleeper, { type: 'leave', mode: 'sleep' });
  t.true(hasLeft(sleeper, 'sleep'));
  cluster.runFor(5_000);
  const sentMs = cluster.nowMs;
  cluster.runFor(30_000);
  t.false(cluster.sent.some(({ atMs, address }) => atMs > sentMs && address === sleeper.address), 'it was disturbed');
  t.is(stateSeenBy(at, sleeper), 'asleep');
  t.deepEqual(cluster.eventsOf('suspect'), []);
  cluster.input(sleeper, { type: 'message', message: { ...aPing(cluster, sleeper), type: 'QUERY', name: 'f' } as Message });
  t.true(cluster.until(() => cluster.isOneRing(), 2_000));
});

test('A sleeping node takes a look at the ring now and then', (t) => {
  const cluster = aCluster(3, { syncAtOnce: true });
  t.true(cluster.until(() => cluster.isSettled(), 20_000));
  const sleeper = cluster.nodes[1]!;
  cluster.input(sleeper, { type: 'leave', mode: 'sleep' });
  t.true(cluster.until(() => sleeper.ring.self.phase === 'in', 400_000));
  t.true(cluster.until(() => cluster.isOneRing(), 5_000));
});
