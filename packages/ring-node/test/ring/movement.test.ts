import { bucketOf, BUCKETS, BucketSet, type Message, preference } from '@coring/protocol';
import test from 'ava';
import { newestEpoch, ownersOfBucket } from '../../src/ring/placement/owners.js';
import { accuse } from '../../src/ring/membership/rumours.js';
import { REFRESH_MS } from '../../src/ring/files/sync.js';
import { contentOf, digestOf, get, put } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode } from './a-cluster.js';
import { aGrowingCluster } from './a-growing-cluster.js';

/** Slow enough for a test to look at a move while it goes on, in bytes per second. */
const SLOWLY = 100;

test('a fourth node takes a quarter of all copies, within 5 %, and no copy moves elsewhere', (t) => {
  for (const ring of ['one', 'other', 'third']) {
    const nodeIds = ['a', 'b', 'c', 'd'].map((node) => Buffer.from(`${ring} ${node}`).toString('hex').padEnd(32, '0').slice(0, 32));
    const members = nodeIds.map((nodeId) => ({ nodeId, capacity: 1 }));
    const shares = new Map(nodeIds.map((nodeId) => [nodeId, 0]));
    let moved = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const [before, after] = [preference(bucket, members.slice(0, 3), 2), preference(bucket, members, 2)];
      moved += after.filter((nodeId) => !before.includes(nodeId)).length;
      for (const nodeId of after) shares.set(nodeId, shares.get(nodeId)! + 1);
    }
    const ideal = (2 * BUCKETS) / 4;
    for (const share of shares.values()) t.true(Math.abs(share / ideal - 1) < 0.05, `${share} of ${ideal}`);
    t.is(moved, shares.get(nodeIds[3]!)!);
  }
});

test('who joins asks for the buckets that become its own, each at a majority of those who had it; nobody else asks for anything', (t) => {
  const { cluster, joiner } = aGrowingCluster({}, { count: 20 });
  t.true(cluster.until(() => cluster.isSettled(), 60_000));
  const newest = newestEpoch(joiner.ring)!;
  const own = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => ownersOfBucket(newest, bucket).includes(joiner.nodeId));
  const asked = new Map<number, Set<string>>();
  for (const { to, buckets } of syncsOf(cluster, joiner)) for (const bucket of BucketSet.parse(buckets)) asked.set(bucket, (asked.get(bucket) ?? new Set()).add(to!));
  t.deepEqual([...asked.keys()].sort((a, b) => a - b), own);
  t.true([...asked.values()].every(({ size }) => size === 2));
  for (const node of cluster.nodes.slice(0, 3)) t.deepEqual(syncsOf(cluster, node).filter(({ digests }) => digests === undefined), []);
});

test('a node that is restarted in the middle of a move goes on where it was, and fetches nothing twice', (t) => {
  const { cluster, joiner, names } = aGrowingCluster({ moveRate: SLOWLY }, { count: 200 });
  t.true(cluster.until(() => (joiner.ring.placement.moved?.next ?? 0) > 0, 60_000));
  const { next } = joiner.ring.placement.moved!;
  cluster.sent.length = 0;
  cluster.restart(joiner);
  t.true(cluster.until(() => cluster.isSettled(), 120_000));
  const asked = syncsOf(cluster, joiner).filter(({ digests }) => digests === undefined).flatMap(({ buckets }) => [...BucketSet.parse(buckets)]);
  t.true(asked.length > 0 && asked.every((bucket) => bucket >= next));
  const copied = cluster.eventsOf('copied').flatMap(({ node, event }) => (node === joiner ? [event.name] : []));
  t.is(new Set(copied).size, copied.length);
  checkAllKept(t, cluster, joiner, names);
});

test('who gives copies may die in the middle of it: another one takes its place', (t) => {
  const { cluster, joiner, names } = aGrowingCluster({ moveRate: SLOWLY }, { count: 100 });
  t.true(cluster.until(() => joiner.disk.kept.size > 5, 60_000));
  cluster.crash(cluster.nodes[2]!);
  t.true(cluster.until(() => joiner.ring.placement.ready.has(joiner.ring.placement.newest), 120_000));
  checkAllKept(t, cluster, joiner, names);
});

test('/ring says how far a move is, and how long it will take', (t) => {
  const { cluster, joiner } = aGrowingCluster({ moveRate: SLOWLY }, { count: 200 });
  t.true(cluster.until(() => cluster.eventsOf('moving').length > 1, 60_000));
  const told = cluster.eventsOf('moving');
  const movements = told.map(({ event }) => event.movement);
  t.true(told.every(({ event }) => event.from.length > 0 && event.from.every((node) => node !== joiner.nodeId && cluster.nodes.some(({ nodeId }) => nodeId === node))));
  t.true(movements.every(({ bucketsDone, bucketsTotal }) => bucketsDone < bucketsTotal));
  t.true(cluster.until(() => cluster.nodes[0]!.ring.check.sightings.get(joiner.nodeId)?.movement?.secondsLeft !== undefined, 60_000), 'other nodes see it');
  t.true(cluster.until(() => cluster.eventsOf('moved').some(({ node }) => node === joiner), 120_000));
  t.true(cluster.until(() => cluster.nodes[0]!.ring.check.sightings.get(joiner.nodeId)?.movement === undefined, 10_000));
});

test('a node that is in sync and restarts exchanges digests only', (t) => {
  const cluster = aSettledCluster(3);
  for (let i = 0; i < 50; i++) put(cluster, cluster.nodes[i % 3]!, `f${i}`, `content ${i}`);
  cluster.runFor(5_000);
  cluster.sent.length = 0;
  cluster.restart(cluster.nodes[1]!);
  t.true(cluster.until(() => !cluster.nodes[1]!.ring.files.needsRefresh, 30_000));
  const pages = cluster.sent.flatMap(({ message }) => (message.type === 'SYNCED' ? [message] : []));
  t.true(pages.some(({ equal }) => BucketSet.parse(equal).size > 0));
  t.deepEqual(pages.flatMap(({ registers }) => registers), []);
});

test('who lacks a name altogether has nothing that reminds it: it has it when it has compared its buckets with the others', (t) => {
  const { cluster, names, forgetOne } = aForgetfulCluster();
  const hasIt = forgetOne(cluster.nodes[1]!);
  cluster.runFor(REFRESH_MS / 2);
  t.false(hasIt());
  cluster.runFor(REFRESH_MS);
  checkAllKept(t, cluster, cluster.nodes[1]!, names);
});

test('who could not be reached for a moment soon has what was written meanwhile', (t) => {
  const { cluster, names, forgetOne } = aForgetfulCluster();
  const [other, node] = cluster.nodes;
  const hasIt = forgetOne(node!);
  const { nodeId, incarnation } = node!.ring.self;
  accuse(other!.ring.membership, nodeId, incarnation);
  t.true(cluster.until(() => node!.ring.self.incarnation > incarnation, 10_000));
  t.true(cluster.until(hasIt, 10_000));
  checkAllKept(t, cluster, node!, names);
});

/** Three nodes with files, none of which looks after names that nothing has happened to, one by one. */
function aForgetfulCluster(): { readonly cluster: Cluster; readonly names: readonly string[]; forgetOne(node: ClusterNode): () => boolean } {
  const cluster = aSettledCluster(3);
  const names = Array.from({ length: 30 }, (_, i) => `f${i}`);
  for (const name of names) put(cluster, cluster.nodes[0]!, name, `content of ${name}`);
  cluster.runFor(60_000);
  for (const { ring } of cluster.nodes) ring.files.patrol.atMs = Number.POSITIVE_INFINITY;
  return {
    cluster,
    names,
    forgetOne({ disk, ring }) {
      const name = [...disk.registers.keys()].find((one) => ownersOfBucket(newestEpoch(ring)!, bucketOf(one)).includes(ring.self.nodeId))!;
      disk.registers.delete(name);
      for (const [key, kept] of disk.kept) if (kept.name === name) disk.kept.delete(key);
      ring.files.cache.delete(name);
      return () => [...disk.kept.values()].some((kept) => kept.name === name);
    },
  };
}

function syncsOf(cluster: Cluster, node: ClusterNode): Extract<Message, { type: 'SYNC' }>[] {
  return cluster.sent.flatMap(({ from, message }) => (from === node.index && message.type === 'SYNC' ? [message] : []));
}

/** The node keeps every file that it owns, and anybody can read every file. */
function checkAllKept(t: { deepEqual: (actual: unknown, expected: unknown) => unknown }, cluster: Cluster, node: ClusterNode, names: readonly string[]): void {
  const newest = newestEpoch(node.ring)!;
  const own = names.filter((name) => ownersOfBucket(newest, bucketOf(name)).includes(node.nodeId));
  const kept = new Set([...node.disk.kept.values()].map(({ name }) => name));
  t.deepEqual(own.filter((name) => !kept.has(name)), []);
  for (const name of names) t.deepEqual(contentOf(get(cluster, cluster.running[0]!, name)), digestOf(`content of ${name}`));
}
