import test from 'ava';
import { aCluster, type Cluster, type ClusterNode } from './a-cluster.js';

for (const count of [1, 2, 3, 10, 100]) {
  test(`R20 a ring of ${count} is whole, and copies are where they belong on all of it, within five seconds of the last join`, (t) => {
    const cluster = aCluster(count, { join: 'star' });
    t.true(cluster.until(() => cluster.running.every((node) => isWhole(node) && isInForceAlone(node, count)), 5_000));
    cluster.runFor(5_000);
    const homes = cluster.eventsOf('check-home').filter(({ atMs }) => atMs > cluster.nowMs - 5_000);
    t.true(homes.length > 0 && homes.every(({ event }) => event.lap.complete && event.lap.hops === hopsOf(count)));
    t.deepEqual(cluster.faults(), []);
  });
}

test('R06 a hung node is skipped by CHECK, the ring is degraded meanwhile, and whole again soon after it goes on', (t) => {
  const cluster = aWholeCluster(4);
  const hung = cluster.nodes[2]!;
  const fromMs = cluster.nowMs;
  cluster.pause(hung, 20_000);
  t.true(cluster.until(() => others(cluster, hung).every(({ ring }) => ring.check.health === 'degraded'), 8_000));
  t.true(cluster.until(() => cluster.eventsOf('check-home').some(({ atMs, event }) => atMs > fromMs + 6_000 && event.lap.complete && event.lap.hops === 3), 15_000));
  cluster.run(fromMs + 20_000);
  t.true(cluster.until(() => cluster.running.every(isWhole), 10_000));
  t.deepEqual(members(hung).length, 4);
});

test('R11 the origin of laps dies in the middle of one: that lap ends, and another node starts the next', (t) => {
  const cluster = aWholeCluster(5);
  const started = cluster.nodes[0]!.ring.check.lastHome!.origin;
  const origin = cluster.nodes.find(({ nodeId }) => nodeId === started)!;
  const before = cluster.sent.length;
  t.true(cluster.until(() => cluster.sent.slice(before).some(({ message }) => message.type === 'CHECK' && message.origin === started && message.hop === 2), 10_000));
  cluster.crash(origin);
  const diedMs = cluster.nowMs;
  cluster.run(diedMs + 25_000);
  const after = cluster.sent.filter(({ atMs, message }) => atMs > diedMs + 3_000 && message.type === 'CHECK');
  t.true(after.every(({ message }) => message.type === 'CHECK' && message.origin !== started));
  t.true(after.length > 0);
});

test('R10 one side of a split goes on without the other, and laps of the whole ring come home soon after it is mended', (t) => {
  const cluster = aWholeCluster(5);
  const [a, b] = [cluster.nodes.slice(0, 2), cluster.nodes.slice(2)];
  cluster.split(a, b);
  cluster.runFor(30_000);
  t.deepEqual(cluster.running.map(({ ring }) => ring.check.health), ['split', 'split', 'degraded', 'degraded', 'degraded']);
  cluster.mend();
  t.true(cluster.until(() => cluster.running.every(isWhole), 15_000));
});

test('R06 in a split the majority puts the others out after the grace, the minority decides nothing, and all agree again in the end', (t) => {
  const cluster = aWholeCluster(5, 10_000);
  const [minority, majority] = [cluster.nodes.slice(0, 2), cluster.nodes.slice(2)];
  const before = minority[0]!.ring.placement.newest;
  cluster.split(minority, majority);
  t.true(cluster.until(() => majority.every((node) => members(node).length === 3), 40_000));
  t.true(minority.every(({ ring }) => ring.placement.newest === before));
  cluster.mend();
  const agreed = (node: ClusterNode): boolean => isWhole(node) && members(node).join() === members(majority[0]!).join();
  t.true(cluster.until(() => cluster.running.every(agreed), 30_000));
  const decided = new Map<number, string>();
  for (const { event } of cluster.eventsOf('epoch')) {
    const text = event.members.join();
    if (event.number > 1) t.is(decided.get(event.number) ?? text, text);
    decided.set(event.number, text);
  }
});

test('R06 a node that restarts within the grace comes back to the epoch it left', (t) => {
  const cluster = aWholeCluster(3);
  const { newest } = cluster.nodes[0]!.ring.placement;
  cluster.crash(cluster.nodes[1]!);
  cluster.runFor(10_000);
  cluster.restart(cluster.nodes[1]!);
  t.true(cluster.until(() => cluster.running.every(isWhole), 15_000));
  for (const { ring } of cluster.nodes) t.is(ring.placement.newest, newest);
});

test('R06 a node that leaves for good is out of the epoch, and the others are whole without it', (t) => {
  const cluster = aWholeCluster(4);
  const leaver = cluster.nodes[0]!;
  cluster.input(leaver, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => leaver.events.some(({ event }) => event.type === 'left'), 15_000));
  cluster.crash(leaver);
  t.true(cluster.until(() => cluster.running.every((node) => isWhole(node) && isInForceAlone(node, 3) && !members(node).includes(leaver.nodeId)), 15_000));
});

test('R06 of two nodes one burns: the survivor is split until the operator forgets the other, and then whole', (t) => {
  const cluster = aWholeCluster(2);
  const [survivor, burnt] = [cluster.nodes[0]!, cluster.nodes[1]!];
  cluster.crash(burnt);
  cluster.runFor(20_000);
  t.is(survivor.ring.check.health, 'split');
  cluster.input(survivor, { type: 'operate', ref: 'r', op: 'forget', nodeId: burnt.nodeId });
  t.true(cluster.until(() => isWhole(survivor) && isInForceAlone(survivor, 1), 10_000));
});

function aWholeCluster(count: number, forgetAfterMs?: number): Cluster {
  const cluster = aCluster(count, forgetAfterMs === undefined ? {} : { wants: { forgetAfterMs } });
  cluster.until(() => cluster.running.every((node) => isWhole(node) && isInForceAlone(node, count)), 30_000);
  cluster.runFor(6_000);
  return cluster;
}

function isWhole({ ring }: ClusterNode): boolean {
  return ring.check.health === 'whole';
}

/** Its newest epoch has so many members, and no older one is in force. */
function isInForceAlone(node: ClusterNode, count: number): boolean {
  return members(node).length === count && node.ring.placement.oldest === node.ring.placement.newest;
}

function members({ ring }: ClusterNode): string[] {
  return (ring.placement.epochs.at(-1)?.members ?? []).map(({ nodeId }) => nodeId);
}

function others(cluster: Cluster, node: ClusterNode): ClusterNode[] {
  return cluster.running.filter((other) => other !== node);
}

/** Each arc comes home: one hop more than its nodes; the origin is in the first. */
function hopsOf(count: number): number {
  return count === 1 ? 0 : count + Math.ceil(count / 64) - 1;
}
