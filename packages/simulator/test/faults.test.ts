import test from 'ava';
import { formatStamp } from '@coring/protocol';
import { readKept } from '../src/failing-disk.js';
import type { FaultName } from '../src/faults.js';
import type { Operation } from '../src/history.js';
import { optionsOf } from '../src/options.js';
import { perform } from '../src/perform.js';
import { isSettled, Stage } from '../src/schedules/stage.js';

function aRingWithAFile(): { stage: Stage; put: Operation; version: string } {
  const stage = new Stage(3);
  const put = stage.answered(stage.workload.put(stage.node(0), stage.name));
  stage.pass(1_000);
  return { stage, put, version: put.answer?.type === 'stored' ? formatStamp(put.answer.value.version) : 'none' };
}

test('a copy with flipped bits is noticed when the node reads all that it keeps, and made anew', (t) => {
  const { stage, version } = aRingWithAFile();
  const { disk } = stage.node(1);
  perform(stage.world, { do: 'bit-rot', node: 'n1', name: stage.name, version, scrubAfterMs: 3_000 });
  t.is(disk.damaged().length, 1);
  stage.until('a sound copy', () => disk.damaged().length === 0);
  t.is(disk.versionsOf(stage.name).length, 1);
  t.deepEqual(stage.end(), []);
});

test('a read that meets flipped bits is served by another node', (t) => {
  const { stage, version } = aRingWithAFile();
  perform(stage.world, { do: 'bit-rot', node: 'n1', name: stage.name, version, scrubAfterMs: 50_000 });
  stage.answered(stage.workload.read(stage.node(1), stage.name));
  stage.pass(2_000);
  const again = stage.answered(stage.workload.read(stage.node(1), stage.name));
  t.is(again.answer?.type, 'found');
  t.false(again.bytesGone);
});

test('a node whose disk is full takes no uploads, and the ring goes on', (t) => {
  const { stage } = aRingWithAFile();
  perform(stage.world, { do: 'low-disk', node: 'n1', forMs: 60_000 });
  const refused = stage.workload.put(stage.node(1), stage.name);
  t.like(refused.answer, { type: 'failed', code: 'disk-full' });
  t.like(stage.answered(stage.workload.put(stage.node(0), stage.name)).answer, { type: 'stored', receipt: { grade: 'strong', copies: 2 } });
  t.deepEqual(stage.end(), []);
});

test('a disk that gives no bytes for a while has them afterwards', (t) => {
  const { stage } = aRingWithAFile();
  const { disk } = stage.node(1);
  const [version] = disk.versionsOf(stage.name);
  perform(stage.world, { do: 'read-errors', node: 'n1', forMs: 1_000 });
  t.is(readKept(stage.node(1), stage.name, version!), undefined);
  stage.pass(1_001);
  t.is(readKept(stage.node(1), stage.name, version!)?.size, disk.content(stage.name, version!)?.size);
  t.deepEqual(disk.damaged(), []);
});

test('a lost disk takes nothing away that has other copies, and a new node takes its place at its address', (t) => {
  const { stage } = aRingWithAFile();
  const { world } = stage;
  const newcomer = world.newcomer([stage.node(0).address], stage.node(1).address);
  perform(world, { do: 'lose-disk', node: 'n1', newcomer, startAfterMs: 500, forgetAfterMs: 2_000 });
  t.is(stage.node(1).disk.names().length, 0);
  stage.until('three members again', () => world.running().length === 3 && world.running().every(({ ring }) => isSettled(ring, 3)));
  stage.until('a third copy', () => stage.node(3).disk.names().length === 1);
  t.is(stage.node(3).address, stage.node(1).address);
  t.false(world.losses.mayConcern(stage.name, world.history));
  t.deepEqual(stage.end(), []);
});

test('with as many lost copies as a client was told of nothing is promised any more', (t) => {
  const { stage, version } = aRingWithAFile();
  const { losses, history } = stage.world;
  losses.disks = 2;
  t.false(losses.mayConcern(stage.name, history));
  losses.damaged(stage.name, version);
  t.true(losses.mayConcern(stage.name, history));
  t.false(losses.mayConcern('another', history));
});

test('the last sound copy does not rot', (t) => {
  const { stage, version } = aRingWithAFile();
  for (const node of ['n0', 'n1', 'n2']) perform(stage.world, { do: 'bit-rot', node, name: stage.name, version, scrubAfterMs: 3_000 });
  t.deepEqual(stage.world.nodes.map(({ disk }) => disk.damaged().length), [1, 1, 0]);
  t.deepEqual(stage.end(), []);
});

test('a flapping link is cut and whole again, and whole at the end', (t) => {
  const { stage } = aRingWithAFile();
  const { network } = stage.world;
  perform(stage.world, { do: 'flap', from: 'n0', to: 'n1', everyMs: 200, times: 3 });
  const seen: boolean[] = [];
  for (let i = 0; i < 8; i++) {
    stage.pass(i === 0 ? 50 : 100);
    seen.push(network.isOpen('n0', 'n1'));
  }
  t.deepEqual(seen, [false, true, false, true, false, true, true, true]);
  t.true(network.isOpen('n1', 'n0'));
});

test('what was added later leaves the other seeds alone', (t) => {
  const added = ['flap', 'lose-disk', 'low-disk', 'read-errors', 'bit-rot'];
  const seeds = Array.from({ length: 500 }, (_, i) => i + 1);
  const isWithAdded = (seed: number) => optionsOf(seed).faults.names.some((name) => added.includes(name));
  t.true(seeds.filter(isWithAdded).length > 20);
  t.deepEqual(seeds.filter((seed) => seed % 10 !== 6 && (isWithAdded(seed) || (optionsOf(seed).nodes > 6 && ![17, 18].includes(seed % 20) && !isOfThird(seed)))), []);
  t.true(Math.max(...seeds.map((seed) => optionsOf(seed).nodes)) > 20);
});

test('a node that restarts at another address is the same node, and is found there', (t) => {
  const { stage, version } = aRingWithAFile();
  const node = stage.node(1);
  perform(stage.world, { do: 'move', node: 'n1', address: 'elsewhere.example:4043', startAfterMs: 500 });
  stage.until('it is known there', () => stage.world.running().length === 3 && stage.world.running().every(({ ring }) => ring!.membership.roster.get(node.nodeId)!.address === 'elsewhere.example:4043'));
  t.deepEqual(node.disk.versionsOf(stage.name).map(formatStamp), [version]);
  t.deepEqual(stage.end(), []);
  t.is(stage.world.nodes.length, 3);
});

test('all nodes of a ring may move while none of them runs', (t) => {
  const { stage } = aRingWithAFile();
  for (const [i, node] of ['n0', 'n1', 'n2'].entries()) perform(stage.world, { do: 'move', node, address: `moved${i}.example:4043`, startAfterMs: 500 });
  stage.pass(1_000);
  t.deepEqual(stage.end(), []);
  t.is(stage.world.running().length, 3);
});

test('a node may start where another one was, and nobody takes it for that one', (t) => {
  const { stage } = aRingWithAFile();
  const { address } = stage.node(1);
  perform(stage.world, { do: 'move', node: 'n1', address: 'elsewhere.example:4043', startAfterMs: 500 });
  perform(stage.world, { do: 'move', node: 'n2', address, startAfterMs: 20 });
  t.deepEqual(stage.end(), []);
  t.is(stage.node(2).address, address);
  t.is(stage.world.at(address), stage.node(2));
});

test('nobody moves to where somebody is', (t) => {
  const { stage } = aRingWithAFile();
  const { address } = stage.node(1);
  perform(stage.world, { do: 'move', node: 'n2', address, startAfterMs: 20 });
  t.not(stage.node(2).address, address);
  t.true(stage.node(2).isRunning);
});

test('a cut that lasts outlives every healing but the last, and keeps nobody from strong answers', (t) => {
  const { stage } = aRingWithAFile();
  const { network } = stage.world;
  perform(stage.world, { do: 'lasting-cut', from: 'n0', to: 'n1' });
  perform(stage.world, { do: 'heal' });
  stage.pass(10_000);
  t.deepEqual([network.isOpen('n0', 'n1'), network.isOpen('n1', 'n0')], [false, true]);
  for (const node of stage.world.running()) t.like(stage.answered(stage.workload.put(node, stage.name)).answer, { type: 'stored', receipt: { grade: 'strong' } });
  t.deepEqual(stage.end(), []);
  t.true(network.isOpen('n0', 'n1'));
});

test('a node that restarts with another capacity has another share of the copies', (t) => {
  const { stage } = aRingWithAFile();
  perform(stage.world, { do: 'weigh', node: 'n1', capacity: 9, startAfterMs: 200 });
  const capacities = (): number[] => stage.world.nodes.map(({ nodeId, ring }) => ring!.placement.epochs.at(-1)!.members.find((member) => member.nodeId === nodeId)!.capacity);
  stage.until('an epoch with it', () => stage.world.running().length === 3 && capacities()[1] === 9);
  t.deepEqual(stage.end(), []);
  t.deepEqual(capacities(), [1, 9, 1]);
});

test('a node that runs from a copy of a disk is told of, and its original is in the ring when it has ended', (t) => {
  const { stage } = aRingWithAFile();
  const { world } = stage;
  const original = stage.node(1);
  const clone = { name: 'c0', nodeId: original.nodeId, seed: 7, contacts: original.contacts };
  perform(world, { do: 'clone-disk', node: 'n1', clone, endAfterMs: 1_000 });
  t.true(world.clones.nodes[0]!.isRunning);
  t.deepEqual(world.clones.nodes[0]!.disk.names(), original.disk.names());
  stage.until('the copy has ended', () => !world.clones.nodes[0]!.isRunning);
  t.true(world.losses.mayConcern(stage.name, world.history));
  t.deepEqual(stage.end(), []);
  t.is(world.running().length, 3);
});

test('what was added last leaves the other seeds alone', (t) => {
  const added = ['move', 'weigh', 'lasting-cut', 'clone-disk'];
  const seeds = Array.from({ length: 2_000 }, (_, i) => i + 1);
  const isWithAdded = (seed: number): boolean => {
    const { faults, capacities, workload } = optionsOf(seed);
    const hasOtherMix = workload.kindsUpTo !== undefined && workload.repeatChance === undefined;
    return capacities !== undefined || hasOtherMix || faults.names.some((name) => added.includes(name));
  };
  t.deepEqual(seeds.filter((seed) => isWithAdded(seed) !== [17, 18].includes(seed % 20)), []);
  const names = new Set(seeds.flatMap((seed) => optionsOf(seed).faults.names));
  t.deepEqual(added.filter((name) => !names.has(name as FaultName)), []);
  for (const nodes of [1, 30, 100]) t.true(seeds.some((seed) => optionsOf(seed).nodes === nodes));
});

test('what was added third is drawn in every tenth seed, and leaves the others alone', (t) => {
  const added: readonly FaultName[] = ['clog', 'swizzle', 'clock-drift'];
  const seeds = Array.from({ length: 2_000 }, (_, i) => i + 1);
  const isWithAdded = (seed: number): boolean => optionsOf(seed).faults.names.some((name) => added.includes(name));
  t.deepEqual(seeds.filter((seed) => isWithAdded(seed) && !isOfThird(seed)), []);
  t.true(seeds.filter(isWithAdded).length > 180);
  for (const name of added) t.true(seeds.filter((seed) => optionsOf(seed).faults.names.includes(name)).length > 100, name);
});

test('what was added fifth is drawn in every tenth seed, and leaves the others alone', (t) => {
  const seeds = Array.from({ length: 2_000 }, (_, i) => i + 1);
  const hasFifth = (seed: number): boolean => optionsOf(seed).faults.names.some((name) => name === 'omit' || name === 'ambush');
  t.deepEqual(seeds.filter((seed) => hasFifth(seed) !== isOfFifth(seed)), []);
});

test('clients that repeat what they were not told are those of every twentieth seed, and half of those added fifth', (t) => {
  const seeds = Array.from({ length: 400 }, (_, i) => i + 1);
  t.deepEqual(seeds.filter((seed) => !isOfFifth(seed) && (optionsOf(seed).workload.repeatChance !== undefined) !== [3, 20].includes(seed % 40)), []);
  t.true(seeds.some((seed) => isOfFifth(seed) && optionsOf(seed).workload.repeatChance !== undefined));
});

test('clients that hang up are those of every twentieth seed; nothing is left of what they asked', (t) => {
  const seeds = Array.from({ length: 400 }, (_, i) => i + 1);
  t.deepEqual(seeds.filter((seed) => (optionsOf(seed).workload.hangUpChance !== undefined) !== [5, 32, 40, 63].includes(seed % 80)), []);
  const { stage } = aRingWithAFile();
  const { world } = stage;
  stage.split([0], [1, 2]);
  const operation = stage.workload.read(stage.node(0), 'a.txt');
  const { ref } = operation.request;
  t.is(stage.node(0).ring!.files.clients.size, 1);
  perform(world, { do: 'hang-up', node: 'n0', ref });
  t.true(operation.lost);
  t.is(stage.node(0).ring!.files.clients.size, 0);
  stage.pass(10_000);
  t.is(operation.answer, undefined);
  t.is(world.counts.get('hung up'), 1);
  t.deepEqual(world.violations, []);
});

test('a wall clock that drifts goes on from where it was, and its node counts time as before', (t) => {
  const { stage } = aRingWithAFile();
  const { world } = stage;
  const [{ clock }, other] = [stage.node(1), stage.node(2)];
  const aheadMs = (): number => clock.wallMs(world.nowMs) - other.clock.wallMs(world.nowMs);
  const monotonic = clock.monotonicMs(world.nowMs);
  const startedMs = world.nowMs;
  perform(world, { do: 'clock-drift', node: 'n1', by: 0.05 });
  t.is(aheadMs(), 0);
  stage.pass(10_000);
  t.is(aheadMs(), 500);
  perform(world, { do: 'clock-jump', node: 'n1', byMs: 1_000 });
  perform(world, { do: 'clock-drift', node: 'n1', by: -0.05 });
  t.is(aheadMs(), 1_500);
  stage.pass(4_000);
  t.is(aheadMs(), 1_300);
  t.is(Math.round(clock.monotonicMs(world.nowMs) - monotonic), Math.round(world.nowMs - startedMs));
  t.like(stage.answered(stage.workload.put(stage.node(1), stage.name)).answer, { type: 'stored', receipt: { grade: 'strong' } });
  t.deepEqual(stage.end(), []);
});

function isOfThird(seed: number): boolean {
  return [7, 19, 25, 33].includes(seed % 40);
}

test('one seed in some ten thousands is of a thousand nodes', (t) => {
  const ofThousand = Array.from({ length: 100_000 }, (_, i) => i + 1).filter((seed) => optionsOf(seed).nodes === 1_000);
  t.deepEqual(ofThousand, [5737, 13617, 51058]);
});

function isOfFifth(seed: number): boolean {
  return [21, 24, 29, 30, 39, 50, 53, 67].includes(seed % 80);
}
