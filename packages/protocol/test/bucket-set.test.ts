import test from 'ava';
import { alike, BUCKETS, BucketSet, preference } from '../src/index.js';

test('a set of buckets is gone through in rising order', (t) => {
  const set = new BucketSet([16_383, 5, 0, 8, 5]);
  t.deepEqual([...set], [0, 5, 8, 16_383]);
  t.is(set.size, 4);
  t.is(set.last(), 16_383);
  t.is(set.next(6), 8);
  t.is(set.next(BUCKETS), undefined);
  t.true(set.has(8));
  set.delete(8);
  t.false(set.has(8));
  t.deepEqual([...set.from(1)], [5, 16_383]);
  t.deepEqual([...set.from(0, 2)], [0, 5]);
  set.addAll(new BucketSet([6, 5]));
  t.deepEqual([...set], [0, 5, 6, 16_383]);
});

test('a set of none has neither a first nor a last', (t) => {
  const set = new BucketSet();
  t.is(set.next(), undefined);
  t.is(set.last(), undefined);
  t.is(set.size, 0);
});

test('a set is written four buckets to a digit, the lowest first, without zeros at the end', (t) => {
  for (const [text, buckets] of [['', []], ['1', [0]], ['8', [3]], ['01', [4]], ['f03', [0, 1, 2, 3, 8, 9]], ['0a', [5, 7]]] as const) {
    t.is(new BucketSet(buckets).format(), text);
    t.deepEqual([...BucketSet.parse(text)], [...buckets]);
  }
  const all = new BucketSet(Array(BUCKETS).keys());
  t.is(all.format(), 'f'.repeat(BUCKETS / 4));
  t.deepEqual(BucketSet.parse(all.format()), all);
});

test('buckets are alike exactly where they have the same first members in the same order', (t) => {
  const members = ['a', 'b', 'c', 'd'].map((digit) => ({ nodeId: digit.repeat(32), capacity: 1 }));
  const [older, newer] = [{ members: members.slice(0, 3), count: 2 }, { members, count: 3 }];
  for (const placements of [[newer], [older, newer]]) {
    const numbers = alike(placements);
    const firsts = (bucket: number): string => JSON.stringify(placements.map(({ members: of, count }) => preference(bucket, of, count)));
    const byNumber = new Map<number, string>();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const number = numbers[bucket]!;
      byNumber.set(number, byNumber.get(number) ?? firsts(bucket));
      if (byNumber.get(number) !== firsts(bucket)) t.fail(`bucket ${bucket}`);
    }
    t.is(new Set(byNumber.values()).size, byNumber.size);
  }
});
