import { formatStamp } from '@coring/protocol';
import test from 'ava';
import { as, askPut, answerTo, contentOf, digestOf, get, isMerged, keepBesideADeletion, list, put, remove } from './a-client.js';
import { aSettledCluster, type ClusterNode } from './a-cluster.js';

test('two nodes, one dead: the survivor stays readable and writable, says that it is weak, and all is kept when the other is back', (t) => {
  const cluster = aSettledCluster(2);
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.crash(b);
  t.like(put(cluster, a, 'x', 'two'), { type: 'stored', receipt: { grade: 'weak', copies: 1, wanted: 2 } });
  t.like(get(cluster, a, 'x'), { type: 'found', receipt: { grade: 'weak' } });
  t.is(contentOf(get(cluster, a, 'x')), digestOf('two'));
  t.like(remove(cluster, a, 'y'), { type: 'absent', receipt: { grade: 'weak' } });
  t.like(list(cluster, a), { type: 'listed', grade: 'weak', partial: true });
  cluster.restart(b);
  t.true(cluster.until(() => isMerged(cluster, 'x'), 30_000));
  t.like(get(cluster, b, 'x'), { type: 'found', receipt: { grade: 'strong', copies: 2 } });
  t.is(contentOf(get(cluster, b, 'x')), digestOf('two'));
});

test('a client that insists on strong is refused where no majority can be had, and nothing is written', (t) => {
  const cluster = aSettledCluster(2);
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.crash(b);
  cluster.runFor(10_000);
  t.like(put(cluster, a, 'x', 'one', { requireStrong: true }), { type: 'failed', code: 'not-strong' });
  t.like(get(cluster, a, 'x', { requireStrong: true }), { type: 'failed', code: 'not-strong' });
  t.is(get(cluster, a, 'x').type, 'absent');
  t.is(a.disk.staged.size, 0);
});

test('a ring that was founded to write strongly refuses to write weakly', (t) => {
  const cluster = aSettledCluster(2, { wants: { writes: 'strong' } });
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  cluster.crash(b);
  cluster.runFor(10_000);
  t.like(put(cluster, a, 'x', 'one'), { type: 'failed', code: 'not-strong' });
});

test('a ring that wants two durable copies does not acknowledge one', (t) => {
  const cluster = aSettledCluster(2, { wants: { minCopies: 2 } });
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  t.like(put(cluster, a, 'x', 'one'), { type: 'stored', receipt: { copies: 2 } });
  cluster.crash(b);
  cluster.runFor(10_000);
  t.like(put(cluster, a, 'x', 'two'), { type: 'failed', code: 'unavailable' });
  t.is(contentOf(get(cluster, a, 'x')), digestOf('one'));
});

test('writes on both sides of a split are both kept: one is current, the other a conflict copy that can be got', (t) => {
  const cluster = aSettledCluster(4, { wants: { copies: 2 } });
  const [a, b, c, d] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'before');
  cluster.split([a, b], [c, d]);
  cluster.runFor(10_000);
  const left = as('stored', put(cluster, a, 'x', 'left'));
  const right = as('stored', put(cluster, c, 'x', 'right'));
  t.true([left, right].some(({ receipt }) => receipt.grade === 'weak'));
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  const found = as('found', get(cluster, b, 'x'));
  const contents = [found.value.digest, ...found.value.conflicts.map(({ digest }) => digest)];
  t.deepEqual(contents.sort(), [digestOf('left'), digestOf('right')].sort());
  for (const { version } of [left.value, right.value]) {
    for (const node of cluster.nodes) t.is(as('found', get(cluster, node, 'x', { version })).value.version.time, version.time);
  }
  const merged = cluster.eventsOf('merged').map(({ event }) => event);
  const added = merged.flatMap((event) => event.added.map(({ version }) => version));
  t.deepEqual([...new Set(added)], found.value.conflicts.map(({ version }) => formatStamp(version)));
  t.true(merged.some(({ version, conflicts }) => version === formatStamp(found.value.version) && conflicts === 1));
  cluster.runFor(30_000);
  // Only the owners keep anything in the end.
  t.is(cluster.nodes.filter(({ disk }) => disk.kept.size > 0).length, 2);
});

test('a weak write that succeeds all that was written before becomes current, with no conflict', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  t.like(put(cluster, a, 'x', 'two'), { type: 'stored', receipt: { grade: 'weak', copies: 1, wanted: 3 } });
  t.like(get(cluster, b, 'x'), { type: 'found', receipt: { grade: 'strong' } });
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  for (const node of cluster.nodes) t.is(contentOf(get(cluster, node, 'x')), digestOf('two'));
  t.deepEqual(as('found', get(cluster, b, 'x')).value.conflicts, []);
  t.deepEqual(cluster.eventsOf('merged').flatMap(({ event }) => event.added), []);
});

test('a deletion made weakly loses against data written meanwhile', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  t.like(remove(cluster, a, 'x'), { type: 'deleted', receipt: { grade: 'weak' } });
  put(cluster, b, 'x', 'two');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  for (const node of cluster.nodes) t.is(contentOf(get(cluster, node, 'x')), digestOf('two'));
});

test('a weak write under a condition stays beside a main line that went on without it', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  put(cluster, b, 'x', 'two');
  cluster.runFor(1_000);
  const weak = as('stored', put(cluster, a, 'x', 'mine', { conditions: { ifMatch: [digestOf('one')] } }));
  t.is(weak.receipt.grade, 'weak');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  const found = as('found', get(cluster, c, 'x'));
  t.is(found.value.digest, digestOf('two'));
  t.deepEqual(found.value.conflicts.map(({ digest }) => digest), [digestOf('mine')]);
});

test('a weak write under a condition stays beside a deletion that it had not seen, and can be found there', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'one');
  cluster.split([a], [b, c]);
  cluster.runFor(10_000);
  const weak = as('stored', put(cluster, a, 'x', 'mine', { conditions: { ifMatch: [digestOf('one')] } }));
  t.is(weak.receipt.grade, 'weak');
  remove(cluster, b, 'x');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  for (const node of cluster.nodes) {
    t.deepEqual(as('absent', get(cluster, node, 'x')).value?.conflicts.map(({ digest }) => digest), [digestOf('mine')]);
    t.like(as('listed', list(cluster, node)).files, [{ name: 'x', value: { deleted: true } }]);
  }
});

test('a write takes the place of the conflict copies that it names, and of no other; nobody keeps their bytes', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.split([a], [b], [c]);
  cluster.runFor(10_000);
  for (const [i, node] of cluster.nodes.entries()) t.is(as('stored', put(cluster, node, 'x', `of ${i}`)).receipt.grade, 'weak');
  cluster.mend();
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  const [one, other] = as('found', get(cluster, a, 'x')).value.conflicts;
  const resolved = as('stored', put(cluster, b, 'x', 'all', { resolves: [one!.version, { time: 1, node: a.nodeId }], requireStrong: true }));
  t.deepEqual(resolved.value.conflicts, [other!]);
  cluster.runFor(30_000);
  for (const node of cluster.nodes) {
    t.deepEqual(as('found', get(cluster, node, 'x')).value.conflicts, [other!]);
    t.is(get(cluster, node, 'x', { version: one!.version }).type, 'absent');
    t.is(as('found', get(cluster, node, 'x', { version: other!.version })).value.digest, other!.digest);
    t.is(node.disk.kept.size, 2);
  }
});

test('a conflict copy that was resolved does not come back with a node that was away meanwhile', (t) => {
  const cluster = aSettledCluster(4);
  const [a, b, c, d] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  put(cluster, a, 'x', 'before');
  cluster.split([a, d], [b, c]);
  cluster.runFor(10_000);
  const sides = [as('stored', put(cluster, a, 'x', 'left')), as('stored', put(cluster, b, 'x', 'right'))];
  t.true(sides.some(({ receipt }) => receipt.grade === 'weak'));
  cluster.crash(d);
  cluster.mend();
  t.true(cluster.until(() => isMerged(cluster, 'x') && as('found', get(cluster, b, 'x')).value.conflicts.length === 1, 60_000));
  const resolves = as('found', get(cluster, b, 'x')).value.conflicts.map(({ version }) => version);
  as('stored', put(cluster, c, 'x', 'both', { resolves, requireStrong: true }));
  cluster.restart(d);
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 60_000));
  cluster.runFor(30_000);
  for (const node of cluster.nodes) t.like(as('found', get(cluster, node, 'x')).value, { digest: digestOf('both'), conflicts: [] });
});

test('what is kept beside a deletion goes with another deletion that names it', (t) => {
  const cluster = aSettledCluster(3);
  const c = cluster.nodes[2]!;
  const version = keepBesideADeletion(cluster);
  t.is(remove(cluster, c, 'x').type, 'absent');
  t.is(remove(cluster, c, 'x', { resolves: [version], requireStrong: true }).type, 'deleted');
  t.is(remove(cluster, c, 'x', { resolves: [version], requireStrong: true }).type, 'absent');
  for (const node of cluster.nodes) {
    t.is(as('absent', get(cluster, node, 'x')).value, undefined);
    t.deepEqual(as('listed', list(cluster, node)).files, []);
  }
});

test('every request is answered by its deadline while the ring falls apart', (t) => {
  const cluster = aSettledCluster(5);
  const asked: { node: ClusterNode; ref: string; untilMs: number }[] = [];
  for (let round = 0; round < 20; round++) {
    const node = cluster.nodes[round % 5]!;
    asked.push({ node, ref: askPut(cluster, node, `f${round % 3}`, `round ${round}`, { deadlineMs: 2_000 }), untilMs: cluster.nowMs + 2_000 });
    if (round === 5) cluster.split(cluster.nodes.slice(0, 2), cluster.nodes.slice(2, 4), cluster.nodes.slice(4));
    if (round === 10) cluster.pause(cluster.nodes[3]!, 100);
    cluster.runFor(200);
  }
  for (const { node, ref, untilMs } of asked) {
    cluster.run(Math.max(cluster.nowMs, untilMs + 100));
    t.true(node.answers.has(ref));
  }
  t.deepEqual(cluster.nodes.map(({ ring }) => ring.files.clients.size), [0, 0, 0, 0, 0]);
});

test('what a node had sent and not finished when it crashed is finished by others or by itself', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b] = cluster.nodes as [ClusterNode, ClusterNode];
  const ref = askPut(cluster, a, 'x', 'one');
  t.true(cluster.until(() => cluster.registerOf(a, 'x')?.mine !== undefined, 1_000));
  cluster.crash(a);
  t.false(a.answers.has(ref));
  cluster.runFor(2_000);
  cluster.restart(a);
  t.true(cluster.until(() => cluster.isOneRing() && isMerged(cluster, 'x'), 30_000));
  t.is(contentOf(get(cluster, a, 'x')), contentOf(get(cluster, b, 'x')));
});

test('an owner that was away catches up with what was written meanwhile', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  for (let i = 0; i < 30; i++) put(cluster, a, `f${i}`, 'one');
  cluster.crash(c);
  for (let i = 0; i < 30; i++) put(cluster, b, `f${i}`, 'two');
  remove(cluster, b, 'f0');
  cluster.restart(c);
  const isEqual = (): boolean => [...a.disk.registers.keys()].every((name) => JSON.stringify(cluster.registerOf(a, name)!.value) === JSON.stringify(cluster.registerOf(c, name)?.value));
  t.true(cluster.until(isEqual, 15_000));
  t.true(cluster.until(() => c.disk.kept.size === 29, 15_000));
  t.is(answerTo(cluster, c, askPut(cluster, c, 'f1', 'three')).type, 'stored');
});

test('a write that finds no majority to accept it, and may not be weak, is told to nobody as chosen', (t) => {
  const cluster = aSettledCluster(3, { wants: { writes: 'strong' } });
  const [writer, other, dead] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  cluster.crash(dead);
  t.true(cluster.until(() => writer.ring.membership.roster.get(dead.nodeId)?.state === 'down', 30_000));
  const ref = askPut(cluster, writer, 'x', 'one', { deadlineMs: 900 });
  t.true(cluster.until(() => [...writer.ring.files.ops.values()].some(({ phase }) => phase === 'accepting'), 1_000));
  cluster.split([writer], [other]);
  t.like(answerTo(cluster, writer, ref), { type: 'failed', code: 'outcome-unknown' });
  t.deepEqual(cluster.registerOf(writer, 'x')!.committed, {});
  t.deepEqual(cluster.sent.filter(({ message }) => message.type === 'COMMIT'), []);
});
