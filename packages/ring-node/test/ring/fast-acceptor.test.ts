import type { FileVersion, Stamp } from '@coring/protocol';
import test from 'ava';
import { accept, copy, keepBranch, prepare, viewOf } from '../../src/ring/files/acceptor.js';
import { acceptFast } from '../../src/ring/files/fast-acceptor.js';
import type { Entry } from '../../src/ring/files/files-state.js';
import { above, baseOf, comparePlaced } from '../../src/ring/files/height.js';
import type { RingState } from '../../src/ring/state.js';
import { Turn } from '../../src/ring/turn.js';
import { aCluster } from './a-cluster.js';

const NOW_US = 1_790_000_000_000_000;
const node = 'b'.repeat(32);

test('a value is taken on the base that its writer names, and stands above it', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  t.is(acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch).result, 'ok');
  t.like(entry.register, { fast: { epoch, count: 1 }, value: aTombstone(1), copied: false });
  t.deepEqual(turn.effects.map(({ type }) => type), ['save']);
  t.is(acceptFast(ring, turn, 'x', entry, baseOf(entry.register), aTombstone(2), epoch).result, 'ok');
  t.like(entry.register.fast, { count: 2 });
});

test('another base is refused with what there is, and nothing changes', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch);
  const before = { ...entry.register };
  t.deepEqual(acceptFast(ring, turn, 'x', entry, {}, aTombstone(2), epoch).register, viewOf(entry));
  t.is(acceptFast(ring, turn, 'x', entry, { ...baseOf(entry.register), version: ballot(9) }, aTombstone(2), epoch).result, 'nack');
  t.deepEqual(entry.register, before);
});

test('the same message again is answered as before', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  for (let time = 0; time < 2; time++) t.is(acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch).result, 'ok');
  t.like(entry.register.fast, { count: 1 });
});

test('nothing is taken past a promise, beside a branch, or in another epoch', (t) => {
  const promised = aNode();
  prepare(promised.ring, promised.turn, 'x', promised.entry, ballot(5), promised.epoch);
  t.is(acceptFast(promised.ring, promised.turn, 'x', promised.entry, {}, aTombstone(6), promised.epoch).result, 'nack');
  accept(promised.ring, promised.turn, 'x', promised.entry, ballot(5), aTombstone(6), promised.epoch);
  t.is(acceptFast(promised.ring, promised.turn, 'x', promised.entry, baseOf(promised.entry.register), aTombstone(7), promised.epoch).result, 'ok');

  const branched = aNode();
  keepBranch(branched.ring, branched.turn, 'x', branched.entry, aTombstone(1));
  t.is(acceptFast(branched.ring, branched.turn, 'x', branched.entry, {}, aTombstone(2), branched.epoch).result, 'nack');

  const { ring, turn, entry, epoch } = aNode();
  t.is(acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch - 1).result, 'stale');
  t.is(acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch + 1).result, 'nack');
});

test('who is not in sync takes no part', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  ring.placement.ready.clear();
  t.is(acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch).result, 'nack');
});

test('a late acceptance of a ballot does not undo the fast ones above it', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  accept(ring, turn, 'x', entry, ballot(5), aTombstone(1), epoch);
  acceptFast(ring, turn, 'x', entry, baseOf(entry.register), aTombstone(2), epoch);
  t.is(accept(ring, turn, 'x', entry, ballot(5), aTombstone(1), epoch).result, 'nack');
  t.deepEqual(entry.register.value, aTombstone(2));
});

test('heights are ordered by ballot, epoch and number, rivals at one height by version', (t) => {
  const placed = [
    {},
    { ...above({}, 1), value: aTombstone(9) },
    { ...above(above({}, 1), 1), value: aTombstone(3) },
    { ...above(above({}, 1), 1), value: aTombstone(4) },
    { ...above({}, 2), value: aTombstone(1) },
    { accepted: ballot(1), value: aTombstone(1) },
    { ...above({ accepted: ballot(1) }, 1), value: aTombstone(1) },
    { accepted: ballot(2), value: aTombstone(1) },
  ];
  for (const [i, a] of placed.entries()) for (const [j, b] of placed.entries()) t.is(Math.sign(comparePlaced(a, b)), Math.sign(i - j), `${i} ${j}`);
});

test('a copy of what stands higher is taken over with its height', (t) => {
  const { ring, turn, entry, epoch } = aNode();
  acceptFast(ring, turn, 'x', entry, {}, aTombstone(1), epoch);
  const view = { fast: { epoch, count: 2 }, value: aTombstone(2), branches: [], committed: {}, holds: [] };
  copy(ring, turn, 'x', entry, view);
  t.like(entry.register, { fast: { epoch, count: 2 }, value: aTombstone(2), copied: true });
  copy(ring, turn, 'x', entry, { ...view, fast: { epoch, count: 1 }, value: aTombstone(3) });
  t.deepEqual(entry.register.value, aTombstone(2));
});

function aNode(): { ring: RingState; turn: Turn; entry: Entry; epoch: number } {
  const { ring } = aCluster(1).nodes[0]!;
  ring.self.heldFiles = true;
  const turn = new Turn({ nowMs: 10_000, wallMs: NOW_US / 1000, seed: 1 });
  return { ring, turn, entry: { register: { copied: false, branches: [], committed: {} }, kept: [], isStored: false }, epoch: ring.placement.newest };
}

function ballot(time: number): Stamp {
  return { time, node };
}

function aTombstone(time: number): FileVersion {
  return { version: { time, node }, digest: time.toString(16).padStart(64, '0'), size: 0, contentType: '', modifiedMs: 1, deleted: true, seen: {}, conflicts: [], ops: [] };
}
