import type { FileVersion, Stamp } from '@coring/protocol';
import test from 'ava';
import { accept, commit, copy, keepBranch, prepare, query } from '../../src/ring/files/acceptor.js';
import type { Entry } from '../../src/ring/files/files-state.js';
import { stagedKey } from '../../src/ring/files/kept.js';
import type { Mutation } from '../../src/ring/mutations.js';
import type { RingState } from '../../src/ring/state.js';
import { Turn } from '../../src/ring/turn.js';
import { aCluster } from './a-cluster.js';

const NOW_US = 1_790_000_000_000_000;
const node = 'b'.repeat(32);

test('a promise holds against the same ballot and lower ones, and is saved before it is told', (t) => {
  const { ring, turn, entry } = aNode();
  t.is(prepare(ring, turn, 'x', entry, ballot(5), 1).result, 'ok');
  t.deepEqual(turn.effects.map(({ type }) => type), ['save']);
  t.is(prepare(ring, turn, 'x', entry, ballot(5), 1).result, 'nack');
  t.like(prepare(ring, turn, 'x', entry, ballot(4), 1), { result: 'nack', promised: ballot(5) });
  t.is(accept(ring, turn, 'x', entry, ballot(4), aTombstone(1), 1).result, 'nack');
  t.is(accept(ring, turn, 'x', entry, ballot(5), aTombstone(1), 1).result, 'ok');
});

test('who knows a newer epoch fences off operations that do not', (t) => {
  const { ring, turn, entry } = aNode();
  t.is(prepare(ring, turn, 'x', entry, ballot(5), 0).result, 'stale');
  t.is(accept(ring, turn, 'x', entry, ballot(5), aTombstone(1), 0).result, 'stale');
  const unfenced = aNode('no-fence');
  t.is(prepare(unfenced.ring, unfenced.turn, 'x', unfenced.entry, ballot(5), 0).result, 'ok');
});

test('ballots and branches below the floor of tombstones are refused', (t) => {
  const { ring, turn, entry } = aNode();
  ring.placement.floor = ballot(5).time;
  t.is(prepare(ring, turn, 'x', entry, ballot(5), 1).result, 'nack');
  t.is(keepBranch(ring, turn, 'x', entry, aTombstone(5)).result, 'nack');
  t.is(prepare(ring, turn, 'x', entry, ballot(6), 1).result, 'ok');
});

test('a clock more than a minute ahead is refused and not followed', (t) => {
  const { ring, turn, entry } = aNode();
  const before = ring.self.clock;
  t.is(prepare(ring, turn, 'x', entry, { time: NOW_US + 3_600_000_000, node }, 1).result, 'nack');
  t.is(ring.self.clock, before);
});

test('a value is accepted only with its bytes; then bytes and register are saved together', (t) => {
  const { ring, turn, entry } = aNode();
  t.is(accept(ring, turn, 'x', entry, ballot(5), aValue(1), 1).result, 'missing');
  t.is(entry.register.accepted, undefined);
  stage(ring, 1);
  t.is(accept(ring, turn, 'x', entry, ballot(5), aValue(1), 1).result, 'ok');
  const save = turn.effects.findLast(({ type }) => type === 'save');
  t.deepEqual(save?.type === 'save' && save.changes.map((change) => change.do), ['keep', 'put']);
  t.deepEqual(query(ring, entry).register!.holds, [aValue(1).version]);
});

test('replaced bytes go when the new value is known to be chosen, not when it is accepted', (t) => {
  const { ring, turn, entry } = aNode();
  stage(ring, 1);
  stage(ring, 2);
  const second = { ...aValue(2), seen: { [node]: 1 } };
  accept(ring, turn, 'x', entry, ballot(5), aValue(1), 1);
  accept(ring, turn, 'x', entry, ballot(6), second, 1);
  t.is(entry.kept.length, 2);
  commit(ring, turn, 'x', entry, { [node]: 2 });
  t.deepEqual(entry.kept, [second.version]);
  const save = turn.effects.findLast(({ type }) => type === 'save');
  // In this order: a crash between the two leaves bytes too many, not a register without its bytes.
  t.deepEqual(save?.type === 'save' && save.changes.map((change) => change.do), ['put', 'drop']);
});

test('bytes of a version that lost stay while a register lags behind what is chosen', (t) => {
  const { ring, turn, entry } = aNode();
  stage(ring, 1);
  stage(ring, 2);
  accept(ring, turn, 'x', entry, ballot(5), aValue(1), 1);
  commit(ring, turn, 'x', entry, { [node]: 1 });
  keepBranch(ring, turn, 'x', entry, aValue(2));
  // A merge elsewhere made a conflict copy of the branch; this node has not heard more than that it is done.
  commit(ring, turn, 'x', entry, { [node]: 3 });
  t.is(entry.kept.length, 2);
});

test('a branch stays when its successor is accepted, and goes when it is chosen', (t) => {
  for (const mutation of [undefined, 'drop-branch-on-accept'] as const) {
    const { ring, turn, entry } = aNode(mutation);
    keepBranch(ring, turn, 'x', entry, aTombstone(1));
    accept(ring, turn, 'x', entry, ballot(5), { ...aTombstone(2), seen: { [node]: 1 } }, 1);
    t.is(entry.register.branches.length, mutation === undefined ? 1 : 0);
    commit(ring, turn, 'x', entry, { [node]: 2 });
    t.is(entry.register.branches.length, 0);
    t.like(keepBranch(ring, turn, 'x', entry, aTombstone(1)), { result: 'ok', committed: true });
    t.is(entry.register.branches.length, 0);
  }
});

test('bytes that came for a branch already succeeded here are not claimed', (t) => {
  const { ring, turn, entry } = aNode();
  keepBranch(ring, turn, 'x', entry, { ...aTombstone(2), seen: { [node]: 1 } });
  stage(ring, 1);
  t.is(keepBranch(ring, turn, 'x', entry, aValue(1)).result, 'ok');
  t.deepEqual(query(ring, entry).register!.holds, []);
});

test('a weak write never becomes the accepted value', (t) => {
  for (const mutation of [undefined, 'weak-into-main'] as const) {
    const { ring, turn, entry } = aNode(mutation);
    keepBranch(ring, turn, 'x', entry, aTombstone(1));
    t.is(entry.register.accepted === undefined, mutation === undefined);
  }
});

test('what is copied by synchronising counts for order, is no vote, and takes promises along', (t) => {
  const { ring, turn, entry } = aNode();
  copy(ring, turn, 'x', entry, { promised: ballot(9), accepted: ballot(5), value: aTombstone(1), branches: [aTombstone(2)], committed: {}, holds: [] });
  t.like(entry.register, { copied: true, accepted: ballot(5), promised: ballot(9) });
  t.is(entry.register.branches.length, 1);
  t.is(prepare(ring, turn, 'x', entry, ballot(8), 1).result, 'nack');
  accept(ring, turn, 'x', entry, ballot(10), aTombstone(3), 1);
  t.false(entry.register.copied);
  copy(ring, turn, 'x', entry, { accepted: ballot(7), value: aTombstone(1), branches: [], committed: {}, holds: [] });
  t.like(entry.register, { copied: false, accepted: ballot(10) });
});

test('what was minted here is forgotten when its fate is known', (t) => {
  const { ring, turn, entry } = aNode();
  entry.register.mine = aTombstone(3);
  commit(ring, turn, 'x', entry, { [node]: 2 });
  t.not(entry.register.mine, undefined);
  commit(ring, turn, 'x', entry, { [node]: 3 });
  t.false('mine' in entry.register);
});

function aNode(...mutations: (Mutation | undefined)[]): { ring: RingState; turn: Turn; entry: Entry } {
  const { ring } = aCluster(1, { mutations: mutations.filter((one) => one !== undefined) }).nodes[0]!;
  ring.self.heldFiles = true;
  const turn = new Turn({ nowMs: 10_000, wallMs: NOW_US / 1000, seed: 1 });
  return { ring, turn, entry: { register: { copied: false, branches: [], committed: {} }, kept: [], isStored: false } };
}

function stage({ files }: RingState, time: number): void {
  files.staged.set(stagedKey('x', aValue(time).digest), { token: `t${time}`, name: 'x', uploads: [], sinceMs: 0 });
}

function ballot(time: number): Stamp {
  return { time, node };
}

function aValue(time: number): FileVersion {
  const content = { digest: String(time).padStart(64, '0'), size: 1, contentType: 'text/plain', modifiedMs: 0 };
  return { version: { time, node }, ...content, deleted: false, seen: {}, conflicts: [], ops: [] };
}

function aTombstone(time: number): FileVersion {
  return { ...aValue(time), deleted: true, size: 0 };
}
