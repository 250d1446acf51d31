import test from 'ava';
import { formatStamp } from '@coring/protocol';
import { readKept } from '../src/failing-disk.js';
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
  t.deepEqual(seeds.filter((seed) => seed % 10 !== 6 && (isWithAdded(seed) || optionsOf(seed).nodes > 6)), []);
  t.true(Math.max(...seeds.map((seed) => optionsOf(seed).nodes)) > 20);
});
