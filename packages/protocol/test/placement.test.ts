import test from 'ava';
import { bucketOf, BUCKETS, type EpochMember, formatHash64, hash64, murmur3, preference, utf8 } from '../src/index.js';

/** Members whose identities look as drawn, but are the same in every run. */
function members(count: number, more: (index: number) => Partial<EpochMember> = () => ({})): EpochMember[] {
  return Array.from({ length: count }, (_, index) => ({ nodeId: formatHash64(hash64(`node ${index}`)) + formatHash64(hash64(`and ${index}`)), capacity: 1, ...more(index) }));
}

/** Copies held by each node over all buckets. */
function loads(of: readonly EpochMember[], copies: number): Map<string, number> {
  const load = new Map(of.map(({ nodeId }) => [nodeId, 0]));
  for (let bucket = 0; bucket < BUCKETS; bucket++) for (const owner of preference(bucket, of).slice(0, copies)) load.set(owner, load.get(owner)! + 1);
  return load;
}

// Vectors published with MurmurHash3_x86_32 and its ports.
for (const [text, seed, expected] of [
  ['', 0, 0x00000000],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['hello', 0, 0x248bfa47],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aa', 0x9747b28c, 0x5d211726],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
] as const) {
  test(`murmur3 of ${JSON.stringify(text)} with seed ${seed} is as published`, (t) => {
    t.is(murmur3(utf8(text), seed), expected);
  });
}

// Fixed for ever, and computed a second time by a program of another language: to change one moves everybody's files.
for (const [name, hash, bucket] of [
  ['a', '3c2569b27fa09ea6', 3849],
  ['a.txt', '27a3af96470b9f4a', 2536],
  ['docs/report.pdf', '875bcdbbfbe6bd47', 8662],
  ['naïve', '3b2885d5578c869f', 3786],
  ['\u{1f600}', 'beb42efa4ed00c2f', 12205],
  ['x'.repeat(1024), '31c89c4309889908', 3186],
] as const) {
  test(`the bucket of ${JSON.stringify(name.slice(0, 20))} is ${bucket}`, (t) => {
    t.is(formatHash64(hash64(name)), hash);
    t.is(bucketOf(name), bucket);
  });
}

for (const [bucket, even, withFourOfThree] of [
  [0, '41203', '41203'],
  [1, '40231', '40231'],
  [8191, '20143', '20143'],
  [16383, '03241', '40321'],
] as const) {
  test(`the order of nodes 0 to 4 for bucket ${bucket} is ${even}, and ${withFourOfThree} where node 4 has capacity 3`, (t) => {
    const order = (capacityOfFour: number): string =>
      preference(bucket, Array.from('01234', (digit) => ({ nodeId: digit.repeat(32), capacity: digit === '4' ? capacityOfFour : 1 }))).map((nodeId) => nodeId[0]).join('');
    t.is(order(1), even);
    t.is(order(3), withFourOfThree);
  });
}

test('load of the fullest of 20 nodes is within 5 % of the mean, and so is that of the emptiest', (t) => {
  const mean = (BUCKETS * 3) / 20;
  for (const load of loads(members(20), 3).values()) t.true(Math.abs(load / mean - 1) < 0.05, `${load} against ${mean}`);
});

test('every member stands in the order of a bucket once, so that the owners of few copies are among those of many', (t) => {
  const of = members(7);
  for (let bucket = 0; bucket < 100; bucket++) {
    const order = preference(bucket, of);
    t.deepEqual([...order].sort(), of.map(({ nodeId }) => nodeId).sort());
  }
});

test('the order of members does not depend on the order in which they are given', (t) => {
  const of = members(7);
  for (let bucket = 0; bucket < 100; bucket++) t.deepEqual(preference(bucket, [...of].reverse()), preference(bucket, of));
});

for (const count of [3, 10]) {
  test(`who joins ${count} nodes takes its share, the shares are within 5 % of the ideal, and nothing moves between the others`, (t) => {
    const [before, after] = [members(count), members(count + 1)];
    const joiner = after[count]!.nodeId;
    let moved = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const [old, fresh] = [preference(bucket, before, 3), preference(bucket, after, 3)];
      const come = fresh.filter((owner) => !old.includes(owner));
      t.true(come.length === 0 || (come.length === 1 && come[0] === joiner));
      moved += come.length;
    }
    const ideal = (BUCKETS * 3) / (count + 1);
    t.true(moved / ideal < 1.05, `${moved} moved against ${ideal}`);
    for (const load of loads(after, 3).values()) t.true(Math.abs(load / ideal - 1) < 0.05, `${load} against ${ideal}`);
  });
}

test('who leaves is replaced by all the others alike', (t) => {
  const of = members(20);
  const gone = of[7]!.nodeId;
  const rest = of.filter(({ nodeId }) => nodeId !== gone);
  const taken = new Map<string, number>();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const old = preference(bucket, of).slice(0, 3);
    if (!old.includes(gone)) continue;
    const heir = preference(bucket, rest).slice(0, 3).find((owner) => !old.includes(owner))!;
    taken.set(heir, (taken.get(heir) ?? 0) + 1);
  }
  t.is(taken.size, 19);
  const total = [...taken.values()].reduce((sum, count) => sum + count, 0);
  t.true(Math.max(...taken.values()) / total < 0.08);
});

test('a node of capacity 2 is given twice as much', (t) => {
  const of = members(10, (index) => ({ capacity: index === 0 ? 2 : 1 }));
  const load = loads(of, 1);
  const share = BUCKETS / 11;
  for (const { nodeId, capacity } of of) t.true(Math.abs(load.get(nodeId)! / (share * capacity) - 1) < 0.1, `${load.get(nodeId)} against ${share * capacity}`);
});

test('copies are in distinct zones as far as there are zones, then elsewhere', (t) => {
  const of = members(9, (index) => ({ zone: ['cellar', 'attic', 'shed'][index % 3]! }));
  const zoneOf = new Map(of.map(({ nodeId, zone }) => [nodeId, zone]));
  for (let bucket = 0; bucket < 500; bucket++) {
    const order = preference(bucket, of);
    t.is(new Set(order.slice(0, 3).map((owner) => zoneOf.get(owner))).size, 3);
    t.is(new Set(order).size, 9);
  }
});

test('members without a zone are kept apart from nobody', (t) => {
  const of = members(6);
  const unzoned = members(6, () => ({ zone: '' }));
  for (let bucket = 0; bucket < 50; bucket++) t.deepEqual(preference(bucket, unzoned), preference(bucket, of));
});
