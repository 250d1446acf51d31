import type { FileVersion } from '@coring/protocol';
import fc from 'fast-check';
import test from 'ava';
import { CONFLICTS_MAX, resolve, withOp } from '../../src/ring/files/resolve.js';
import { covers, seenOf, union } from '../../src/ring/files/version.js';

const none = new Set<never>();
const a = 'a'.repeat(32);
const b = 'b'.repeat(32);
const c = 'c'.repeat(32);

test('a branch that succeeds the main line moves it forward without a conflict', (t) => {
  const main = aVersion(1, a);
  const { value, merged } = resolve(main, [aVersion(2, b, { seen: seenOf(main) })], none);
  t.true(merged);
  t.like(value, { version: { time: 2, node: b }, conflicts: [] });
  t.true(covers(value, main.version));
});

test('a branch that the main line covers changes nothing', (t) => {
  const branch = aVersion(1, a);
  const main = aVersion(2, b, { seen: seenOf(branch) });
  t.deepEqual(resolve(main, [branch], none), { value: main, merged: false, contested: false });
});

test('what is there on a condition is contested where others are beside it', (t) => {
  const conditional = aVersion(7, b, { conditional: true });
  t.true(resolve(undefined, [conditional, aVersion(6, c)], none).contested);
  t.false(resolve(undefined, [conditional], none).contested);
  t.false(resolve(undefined, [aVersion(8, b), aVersion(6, c, { conditional: true })], none).contested);
});

test('of rivals the newest keeps the name and the others stay as conflict copies', (t) => {
  const main = aVersion(5, a);
  const { value } = resolve(main, [aVersion(7, b), aVersion(6, c)], none);
  t.is(value!.version.time, 7);
  t.deepEqual(value!.conflicts.map(({ version }) => version.time).sort(), [5, 6]);
  for (const version of [main.version, { time: 7, node: b }, { time: 6, node: c }]) t.true(covers(value, version));
});

test('data keeps its name against a later deletion that had not seen it', (t) => {
  const { value } = resolve(aVersion(5, a), [aVersion(9, b, { deleted: true })], none);
  t.like(value, { version: { time: 5 }, deleted: false, conflicts: [] });
});

test('a deletion that had seen the data stands', (t) => {
  const main = aVersion(5, a);
  t.true(resolve(main, [aVersion(9, b, { deleted: true, seen: seenOf(main) })], none).value!.deleted);
});

test('the same content stands beside a file once, whoever brings it, as it was known first; also beside the same, whose writer may not have seen it', (t) => {
  const times = (main: FileVersion | undefined, branch: FileVersion): number[] => {
    const { version, conflicts } = resolve(main, [branch], none).value!;
    return [version, ...conflicts.map((conflict) => conflict.version)].map(({ time }) => time);
  };
  const first = aVersion(3, a);
  const again = aVersion(4, b, { digest: first.digest });
  t.deepEqual(times(first, again), [4, 3]);
  const beside = resolve(aVersion(9, c), [first], none).value!;
  t.deepEqual(times(beside, again), [9, 3]);
  const bringing = aVersion(12, 'd'.repeat(32), { seen: seenOf(again), conflicts: [again] });
  t.deepEqual(times(beside, bringing), [12, 3, 9]);
  t.deepEqual(times(beside, { ...again, version: { time: 20, node: b } }), [20, 3, 9]);
  t.deepEqual(times(beside, { ...again, contentType: 'text/html' }), [9, 3, 4]);
  const nothing = aVersion(5, a, { digest: 'empty' });
  t.deepEqual(times({ ...aVersion(9, c, { deleted: true, digest: 'empty' }), conflicts: [nothing] }, aVersion(10, b, { deleted: true, digest: 'empty' })), [10, 5]);
});

test('of more conflict copies than a register holds the oldest give way', (t) => {
  let main = aVersion(1, a);
  for (let time = 2; time < CONFLICTS_MAX + 10; time++) main = resolve(main, [aVersion(time, time.toString(16).padStart(32, '0'))], none).value!;
  t.is(main.conflicts.length, CONFLICTS_MAX);
  t.deepEqual([main.conflicts[0]!.version.time, main.conflicts.at(-1)!.version.time], [main.version.time - CONFLICTS_MAX, main.version.time - 1]);
});

test('a conditional branch wins only over what it succeeds; with the rule off it displaces', (t) => {
  const main = aVersion(5, a);
  const branch = aVersion(9, b, { conditional: true });
  const { value } = resolve(main, [branch], none);
  t.is(value!.version.time, 5);
  t.is(value!.conflicts[0]!.version.time, 9);
  t.is(resolve(main, [branch], new Set(['condition-always-holds'] as const)).value!.version.time, 9);
  t.is(resolve(main, [{ ...branch, seen: seenOf(main) }], none).value!.version.time, 9);
});

test('a conditional branch that has not seen all that the main line has loses, also to the very version that it saw', (t) => {
  const seen = aVersion(5, a);
  const main = { ...seen, seen: { [c]: 7 } };
  const { value } = resolve(main, [aVersion(9, b, { seen: seenOf(seen), conditional: true })], none);
  t.is(value!.version.time, 5);
  t.is(value!.conflicts[0]!.version.time, 9);
  t.is(resolve(main, [aVersion(9, b, { seen: seenOf(seen) })], none).value!.version.time, 9);
});

test('a branch whose request was done on the main line already is no rival of it', (t) => {
  const main = { ...aVersion(5, a), ops: [{ id: 'op', version: { time: 5, node: a } }] };
  const branch = { ...aVersion(9, b), ops: [{ id: 'op', version: { time: 9, node: b } }] };
  const { value, merged } = resolve(main, [branch], none);
  t.true(merged);
  t.like(value, { version: { time: 5 }, conflicts: [] });
  t.true(covers(value, branch.version));
  t.is(resolve(main, [branch], new Set(['ignore-op-ids'] as const)).value!.version.time, 9);
});

test('two branches of one request leave one', (t) => {
  const ops = (time: number, node: string): FileVersion['ops'] => [{ id: 'op', version: { time, node } }];
  const { value } = resolve(undefined, [{ ...aVersion(5, a), ops: ops(5, a) }, { ...aVersion(9, b), ops: ops(9, b) }], none);
  t.like(value, { version: { time: 9 }, conflicts: [] });
});

test('what a branch has done on a condition, or was built on, counts as done weakly, unless the main line has done it too', (t) => {
  const done = (id: string, time: number): FileVersion['ops'][number] => ({ id, version: { time, node: id === 'itself' ? b : a } });
  const weakly = (id: string, time: number): FileVersion['ops'][number] => ({ ...done(id, time), weak: true });
  const main = { ...aVersion(5, a), ops: [done('both', 5)] };
  const branch = { ...aVersion(9, b), seen: { [a]: 8 }, ops: [done('both', 5), done('under it', 8), done('itself', 9)] };
  t.deepEqual(resolve(main, [branch], none).value?.ops, [done('both', 5), weakly('under it', 8), done('itself', 9)]);
  for (const one of [{ conditional: true }, { deleted: true }]) t.deepEqual(resolve(main, [{ ...branch, ...one }], none).value?.ops, [done('both', 5), weakly('under it', 8), weakly('itself', 9)]);
});

test('the request that came last is remembered, also where its version is older than those of all others', (t) => {
  const done = (time: number): FileVersion['ops'][number] => ({ id: `at ${time}`, version: { time, node: a } });
  const newer = Array.from({ length: 16 }, (_, i) => done(10 + i));
  t.deepEqual(withOp(newer, done(5)), [...newer.slice(1), done(5)]);
  t.deepEqual(withOp(newer, done(12)), [...newer.filter(({ id }) => id !== 'at 12'), done(12)]);
});

test('a merge remembers a request that came last also where its version is older than those of all others', (t) => {
  const done = (time: number, node = a): FileVersion['ops'][number] => ({ id: `at ${time}`, version: { time, node } });
  const ops = withOp(Array.from({ length: 16 }, (_, i) => done(10 + i)), done(5));
  const { value } = resolve({ ...aVersion(30, a), ops }, [{ ...aVersion(28, b), ops: [done(28, b)] }], none);
  t.deepEqual(value?.ops, [...ops.slice(1), { ...done(28, b), weak: true }]);
});

test('of one version met as a branch and as what a merge made of that, what the merge has put beside it stays', (t) => {
  const main = aVersion(5, a);
  const branch = aVersion(7, b);
  const merged = resolve(main, [branch], none).value!;
  for (const branches of [[branch, merged], [merged, branch]]) t.deepEqual(resolve(main, branches, none).value?.conflicts.map(({ version }) => version), [main.version]);
});

test('whatever the order in which branches are met, the outcome is one, covers all, and keeps every live rival', (t) => {
  const version = fc.record({ node: fc.constantFrom(a, b, c), deleted: fc.boolean(), conditional: fc.boolean(), saw: fc.array(fc.nat(5), { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.nat(5), (made, hasMain, first) => {
      const versions = history(made);
      versions.unshift(...versions.splice(first % versions.length, 1));
      const main = hasMain ? versions[0] : undefined;
      const branches = hasMain ? versions.slice(1) : versions;
      const one = resolve(main, branches, none);
      const other = resolve(main, [...branches].reverse(), none);
      t.deepEqual(normal(one.value), normal(other.value));
      for (const each of versions) {
        t.true(covers(one.value, each.version));
        const isSucceeded = versions.some((later) => later !== each && covers(later, each.version));
        const isKept = [one.value!, ...one.value!.conflicts].some(({ version: kept }) => kept.time === each.version.time && kept.node === each.version.node);
        if (!each.deleted && !isSucceeded) t.true(isKept);
      }
    }),
    { numRuns: 300 },
  );
});

test('union of version vectors knows what both know', (t) => {
  t.deepEqual(union({ [a]: 1, [b]: 5 }, { [b]: 3, [c]: 2 }), { [a]: 1, [b]: 5, [c]: 2 });
});

/** Versions as they come about: each writer has seen some of the earlier ones, all that those had seen, and its own. */
function history(made: readonly { node: string; deleted: boolean; conditional: boolean; saw: readonly number[] }[]): FileVersion[] {
  const versions: FileVersion[] = [];
  for (const { node, deleted, conditional, saw } of made) {
    const seen = versions.filter(({ version }, i) => saw.includes(i) || version.node === node).reduce((all, one) => union(all, seenOf(one)), {});
    versions.push(aVersion(versions.length + 1, node, { deleted, conditional, seen }));
  }
  return versions;
}

function aVersion(time: number, node: string, more: Partial<FileVersion> = {}): FileVersion {
  const { conditional, ...rest } = more;
  const content = { digest: `${String(time).padStart(32, '0')}${node}`, size: 1, contentType: 'text/plain', modifiedMs: 0 };
  return { version: { time, node }, ...content, deleted: false, seen: {}, conflicts: [], ops: [], ...rest, ...(conditional === true ? { conditional } : {}) };
}

function normal(value: FileVersion | undefined): unknown {
  const key = ({ version: { time, node } }: Pick<FileVersion, 'version'>): string => `${time} ${node}`;
  return { version: value?.version, seen: Object.entries(value?.seen ?? {}).sort(), conflicts: value?.conflicts.map(key).sort() };
}
