import { formatStamp, type Message } from '@coring/protocol';
import test from 'ava';
import type { RingState } from '../../src/ring/index.js';
import { previousOf } from '../../src/ring/membership/order.js';
import { isDrained } from '../../src/ring/placement/drained.js';
import { as, contentOf, digestOf, get, list, put, remove } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode } from './a-cluster.js';

test('R13 with copies on every node a PUT goes round by FORWARD, comes home, and every node answers from its own store', (t) => {
  const cluster = aSettledCluster(7, { wants: { copies: 0 } });
  const stored = as('stored', put(cluster, cluster.nodes[2]!, 'x', 'one'));
  t.like(stored.receipt, { grade: 'strong', copies: 7, wanted: 7 });
  const hops = cluster.eventsOf('forward').filter(({ node, event }) => event.forward.mode === 'fill' && event.from !== node.nodeId);
  t.is(hops.length, 7);
  t.is(new Set(hops.map(({ node }) => node)).size, 7);
  for (const node of cluster.nodes) {
    const found = as('found', get(cluster, node, 'x'));
    t.is(found.value.digest, digestOf('one'));
    t.like(found, { from: { nodeId: node.nodeId }, receipt: { hops: 0 } });
  }
  remove(cluster, cluster.nodes[0]!, 'x');
  for (const node of cluster.nodes) t.is(get(cluster, node, 'x').type, 'absent');
  cluster.runFor(30_000);
  for (const { disk } of cluster.nodes) t.is(disk.kept.size, 0);
});

test('R13 with copies on every node a node that joins later receives everything', (t) => {
  const cluster = aSettledCluster(2, { wants: { copies: 0 } });
  for (let i = 0; i < 20; i++) put(cluster, cluster.nodes[i % 2]!, `f${i}`, `content ${i}`);
  const joiner = join(cluster);
  t.is(joiner.disk.kept.size, 20);
  const copied = cluster.eventsOf('copied').filter(({ node }) => node === joiner);
  t.deepEqual(new Set(copied.map(({ event }) => event.from)), new Set([previousOf(joiner.ring)]), 'each node takes them from the one before it');
  for (let i = 0; i < 20; i++) {
    t.like(get(cluster, joiner, `f${i}`), { type: 'found', from: { nodeId: joiner.nodeId } });
    t.like(get(cluster, joiner, `f${i}`, { headOnly: true }), { type: 'found', receipt: { copies: 3, wanted: 3 } });
  }
});

test('R13 a lap of copies goes on past a node that does not answer', (t) => {
  const cluster = aSettledCluster(7, { wants: { copies: 0 } });
  cluster.crash(cluster.nodes[4]!);
  const stored = as('stored', put(cluster, cluster.nodes[2]!, 'x', 'one'));
  t.true(stored.receipt.copies >= 5);
  cluster.runFor(2_000);
  for (const node of cluster.running) t.is(contentOf(get(cluster, node, 'x')), digestOf('one'));
  cluster.restart(cluster.nodes[4]!);
  t.true(cluster.until(() => cluster.nodes[4]!.disk.kept.size === 1, 120_000), 'it gets its copy later');
});

test('when a node joins, copies move to where they belong, are whole there before anything is dropped, and nothing is lost', (t) => {
  const cluster = aSettledCluster(3, { wants: { copies: 2 } });
  const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
  for (const [i, name] of names.entries()) put(cluster, cluster.nodes[i % 3]!, name, `content of ${name}`);
  const joiner = join(cluster);
  t.true(joiner.disk.kept.size > 5);
  const copies = (name: string): number => cluster.nodes.filter(({ disk }) => [...disk.kept.values()].some((bytes) => bytes.name === name)).length;
  t.true(names.every((name) => copies(name) >= 2));
  t.true(cluster.until(() => names.every((name) => copies(name) === 2), 60_000));
  for (const node of cluster.nodes) for (const name of names) t.is(contentOf(get(cluster, node, name)), digestOf(`content of ${name}`));
  t.is(as('listed', list(cluster, joiner)).files.length, 40);
});

test('what is written while an epoch changes is kept by it', (t) => {
  const cluster = aSettledCluster(3);
  put(cluster, cluster.nodes[0]!, 'x', 'before');
  const node = cluster.addNode();
  cluster.start(node, cluster.nodes[0]);
  for (let i = 0; i < 40; i++) {
    t.like(put(cluster, cluster.nodes[i % 3]!, 'x', `write ${i}`), { type: 'stored', receipt: { grade: 'strong' } });
    t.is(contentOf(get(cluster, cluster.nodes[(i + 1) % 3]!, 'x')), digestOf(`write ${i}`));
    cluster.runFor(100);
  }
  t.true(cluster.until(() => cluster.isSettled(), 60_000));
  for (const one of cluster.nodes) t.is(contentOf(get(cluster, one, 'x')), digestOf('write 39'));
});

test('a node that leaves for good hands its copies over first', (t) => {
  const cluster = aSettledCluster(4, { wants: { copies: 2 } });
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  for (const name of names) put(cluster, cluster.nodes[0]!, name, `content of ${name}`);
  const leaver = cluster.nodes[3]!;
  cluster.input(leaver, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => leaver.ring.self.phase === 'gone', 60_000));
  cluster.crash(leaver);
  for (const node of cluster.running) for (const name of names) t.is(contentOf(get(cluster, node, name)), digestOf(`content of ${name}`));
});

test('a node that cannot hand over what it has stays, says every minute that it waits and of which file, and goes when it can', (t) => {
  const cluster = aSettledCluster(3, { wants: { copies: 2 } });
  for (let i = 0; i < 20; i++) put(cluster, cluster.nodes[0]!, `f${i}`, `content ${i}`);
  const [, away, leaver] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  const own = new Set([...leaver.disk.kept.values()].map(({ name }) => name));
  cluster.input(leaver, { type: 'leave', mode: 'for-good' });
  const isWithoutLeaver = ({ placement }: RingState): boolean => placement.oldest === placement.newest && placement.epochs.at(-1)!.members.length === 2;
  t.true(cluster.until(() => cluster.nodes.every(({ ring }) => isWithoutLeaver(ring)), 30_000));
  cluster.crash(away);
  cluster.runFor(150_000);
  t.is(leaver.ring.self.phase, 'leaving');
  const warnings = leaver.events.flatMap(({ event }) => (event.type === 'warning' ? [event.what] : []));
  t.is(warnings.length, 2);
  const named = warnings.map((what) => /^still leaving: .*, of (f\d+) for one$/.exec(what)?.[1]);
  t.true(named.every((name) => name !== undefined && own.has(name)), warnings.join('; '));
  cluster.restart(away);
  t.true(cluster.until(() => leaver.ring.self.phase === 'gone', 60_000));
});

test('a node that leaves for good takes nothing in when it has left that it began to look up before', (t) => {
  const cluster = aSettledCluster(4);
  const [writer, , , leaver] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  cluster.input(leaver, { type: 'leave', mode: 'for-good' });
  const { membership, check } = leaver.ring;
  const isAboutToGo = (): boolean => isDrained(leaver.ring) && check.confirmedMs >= cluster.nowMs - 900 && (cluster.nowMs - membership.leavingSinceMs!) % 500 > 499.4;
  for (let i = 0; i < 200_000 && !isAboutToGo(); i++) cluster.runFor(0.25);
  t.is(leaver.ring.self.phase, 'leaving');
  const { nodeId: from, incarnation, ringId } = writer.ring.self;
  const version = { time: 1_790_000_000_000_000, node: from };
  const value = { version, digest: '', size: 0, contentType: '', modifiedMs: 0, deleted: true, seen: { [from]: version.time }, conditional: false, conflicts: [], ops: [] };
  const message = { v: 1, id: 'late', from, incarnation, ringId: ringId!, clock: version.time, rosterDigest: membership.digest, epoch: 3, news: [], accusations: [], type: 'BRANCH', name: 'late', value } as const;
  cluster.input(leaver, { type: 'message', message: message as unknown as Message, seenAddress: writer.address });
  t.true(cluster.until(() => leaver.ring.self.phase === 'gone', 60_000));
  cluster.runFor(1_000);
  t.deepEqual([...leaver.disk.registers.keys()], []);
});

test('bytes that came to nothing do not keep a node from leaving for good', (t) => {
  const cluster = aSettledCluster(4);
  for (let i = 0; i < 4; i++) put(cluster, cluster.nodes[0]!, `f${i}`, 'one');
  const leaver = cluster.nodes[3]!;
  const { name } = [...leaver.disk.kept.values()][0]!;
  const version = { time: 1, node: leaver.nodeId };
  leaver.disk.kept.set(`${name} ${formatStamp(version)}`, { digest: digestOf('never chosen'), size: 12, name, version });
  cluster.restart(leaver);
  t.true(cluster.until(() => cluster.isSettled(), 60_000));
  cluster.input(leaver, { type: 'leave', mode: 'for-good' });
  t.true(cluster.until(() => leaver.ring.self.phase === 'gone', 60_000));
});

test('R12 a GET finds bytes that no owner has by walking the ring, and the owners have them afterwards', (t) => {
  const cluster = aSettledCluster(8, { wants: { copies: 1 } });
  put(cluster, cluster.nodes[0]!, 'x', 'one');
  cluster.runFor(20_000);
  const owner = cluster.nodes.find(({ disk }) => disk.kept.size > 0)!;
  const misplaced = cluster.nodes.find((node) => node !== owner)!;
  // The bytes lie on a node that the placement does not name.
  for (const [key, bytes] of owner.disk.kept) {
    misplaced.disk.kept.set(key, bytes);
    owner.disk.kept.delete(key);
  }
  for (const node of [owner, misplaced]) cluster.restart(node);
  const reader = cluster.nodes.find((node) => node !== owner && node !== misplaced)!;
  const found = as('found', get(cluster, reader, 'x'));
  t.is(found.from!.nodeId, misplaced.nodeId);
  t.true(cluster.until(() => owner.disk.kept.size > 0, 30_000));
});

function join(cluster: Cluster): ClusterNode {
  const node = cluster.addNode();
  cluster.start(node, cluster.nodes[0]);
  if (!cluster.until(() => node.ring.self.phase === 'in' && cluster.isSettled(), 60_000)) throw new Error('the joiner did not settle');
  return node;
}
