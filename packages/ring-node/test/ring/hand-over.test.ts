import type { FileVersion, RegisterView, Seen } from '@coring/protocol';
import test from 'ava';
import type { Entry } from '../../src/ring/files/files-state.js';
import { isDueAtOwners, isPassedOver, isSafeAt, isUndescribed } from '../../src/ring/files/hand-over.js';

const writer = 'a'.repeat(32);

function value(time: number, seen: Seen = {}): FileVersion {
  return { version: { time, node: writer }, digest: '', size: 1, contentType: '', modifiedMs: 0, deleted: false, seen, conflicts: [], ops: [] };
}

/** A register here, with its bytes. */
function entry(held: FileVersion, committed: Seen): Entry {
  return { register: { copied: false, value: held, branches: [], committed }, kept: [held.version], isStored: true };
}

/** The same at an owner. */
function view(held: FileVersion, committed: Seen): RegisterView {
  return { copied: false, value: held, branches: [], committed, holds: [held.version] };
}

const [older, newer] = [value(1), value(2, { [writer]: 1 })];

/** Whether this node, with a version here, may let go of it for an owner, of owners of which it knows all. */
function mayGo(here: Entry, owner: RegisterView, ...others: RegisterView[]): boolean {
  return isSafeAt(here, owner, (version) => isDueAtOwners(here.register, [owner, ...others], version));
}

test('a chosen version is safe at an owner that has taken it in, or what succeeds it', (t) => {
  t.true(mayGo(entry(older, { [writer]: 1 }), view(older, {})));
  t.true(mayGo(entry(older, { [writer]: 1 }), view(newer, { [writer]: 2 })));
  t.false(mayGo(entry(newer, { [writer]: 2 }), view(older, { [writer]: 1 })));
});

test('a version that no owner has and nobody knows to be chosen may go where the owner is complete', (t) => {
  t.true(mayGo(entry(newer, { [writer]: 1 }), view(older, { [writer]: 1 })));
});

test('that it is chosen may be known at another owner alone', (t) => {
  t.false(mayGo(entry(newer, { [writer]: 1 }), view(older, { [writer]: 1 }), view(newer, { [writer]: 2 })));
});

test('a version that another owner has accepted may be chosen, though nobody knows', (t) => {
  t.false(mayGo(entry(newer, { [writer]: 1 }), view(older, { [writer]: 1 }), view(newer, { [writer]: 1 })));
});

test('bytes of a version that its writer gave up may go where a later one of that writer is chosen', (t) => {
  const given = { time: 1, node: writer };
  const [before, later] = [{ ...value(1), version: { time: 1, node: 'b'.repeat(32) } }, value(2, { ['b'.repeat(32)]: 1 })];
  const here: Entry = { ...entry(before, { ['b'.repeat(32)]: 1 }), kept: [given, before.version] };
  const committed = { ['b'.repeat(32)]: 1, [writer]: 2 };
  t.true(mayGo(here, view(later, committed)));
  t.false(mayGo(here, view(later, { ['b'.repeat(32)]: 1 }), view(later, committed)), 'it may not be chosen');
  t.false(mayGo(here, { ...view(later, committed), branches: [{ ...value(1), version: given }] }), 'it may be asked for');
});

test('bytes that no owner refers to are asked for by nobody, once all owners know the value that is here to be chosen', (t) => {
  const lost = { time: 3, node: 'b'.repeat(32) };
  const committed = { [writer]: 1, [lost.node]: 3 };
  const here: Entry = { ...entry(older, committed), kept: [older.version, lost] };
  t.true(isUndescribed(here, [view(older, committed), view(older, committed)], lost));
  t.false(isUndescribed(here, [view(older, committed), undefined], lost));
  t.false(isUndescribed(here, [view(older, committed), view(older, {})], lost));
  t.false(isUndescribed(here, [view(older, committed), view(newer, { [writer]: 2 })], lost));
  t.false(isUndescribed(here, [view(older, committed), { ...view(older, committed), branches: [{ ...value(3), version: lost }] }], lost));
  t.false(isUndescribed(here, [view(older, committed)], older.version));
});

test('what was succeeded may go where the owner lacks bytes that are not here either', (t) => {
  const gone = { version: { time: 9, node: 'b'.repeat(32) }, digest: '', size: 1, contentType: '', modifiedMs: 0 };
  const owner = view({ ...newer, conflicts: [gone] }, { [writer]: 2 });
  const here = entry(older, { [writer]: 1 });
  t.true(mayGo(here, owner));
  t.false(mayGo({ ...here, kept: [older.version, gone.version] }, owner), 'it is here');
});

test('a chosen version is passed over where an owner has a value that has not seen it, or none', (t) => {
  const other = 'b'.repeat(32);
  const before = { ...value(1), version: { time: 1, node: other } };
  const here = (committed: Seen): Entry => entry(value(2, { [other]: 1 }), committed);
  const isPassedOverBy = (owner: RegisterView | undefined, one = here({ [other]: 1, [writer]: 2 })): boolean => isPassedOver(new Set(), one, [owner]);
  t.true(isPassedOverBy(view(before, { [other]: 1 })));
  t.true(isPassedOverBy(undefined));
  t.true(isPassedOverBy(view(before, { [writer]: 2 }), here({})), 'the owner knows of it');
  t.false(isPassedOverBy(view(value(3, { [writer]: 2 }), {})), 'it was seen');
  t.false(isPassedOverBy(view(before, {}), here({ [writer]: 3 })), 'a later one of its writer is chosen: this one may not have been');
  t.false(isPassedOverBy(view(before, {}), { ...here({ [writer]: 2 }), kept: [] }), 'its bytes are not here');
});

test('a version that its writer gave up is nobody\'s any more where a later one of that writer is chosen', (t) => {
  const [before, later] = [{ ...value(1), version: { time: 1, node: 'b'.repeat(32) } }, value(3, { ['b'.repeat(32)]: 1 })];
  const givenUp = entry(value(2, { ['b'.repeat(32)]: 1 }), { ['b'.repeat(32)]: 1 });
  t.true(mayGo(givenUp, view(later, { [writer]: 3 })));
  t.false(mayGo(givenUp, view(before, { [writer]: 3 })), 'who knows whether the later one has seen it');
  t.false(mayGo(givenUp, view(later, { [writer]: 3 }), view(before, { [writer]: 2 })), 'it was chosen');
});

test('so is a conflict copy, where an owner has the version without it', (t) => {
  const conflict = { version: { time: 1, node: 'b'.repeat(32) }, digest: '', size: 1, contentType: '', modifiedMs: 0 };
  const merged = { ...older, seen: { [conflict.version.node]: 1 }, conflicts: [conflict] };
  const here = { ...entry(merged, { [writer]: 1, [conflict.version.node]: 1 }), kept: [older.version, conflict.version] };
  t.true(isPassedOver(new Set(), here, [view(older, { [writer]: 1 })]));
  t.false(mayGo(here, view(older, { [writer]: 1 })));
  const there = { ...view(merged, { [writer]: 1 }), holds: here.kept };
  t.false(isPassedOver(new Set(), here, [there]));
  t.true(mayGo(here, there));
});

test('a version whose bytes are gone is waited for where nothing else was written, and no longer', (t) => {
  const bare = { ...entry(newer, { [writer]: 2 }), kept: [] };
  t.false(mayGo(bare, view(older, { [writer]: 1 })));
  t.true(mayGo(bare, view({ ...value(9), version: { time: 9, node: 'b'.repeat(32) } }, { ['b'.repeat(32)]: 9 })));
});
