import { bucketOf, compareUtf8 } from '@coring/protocol';
import test from 'ava';
import * as fc from 'fast-check';
import { bucketOfKey, keyOf } from '../src/index/key.js';
import { Names } from '../src/index/names.js';

/** Few enough that names come and go and come again, in runs that are split and emptied, and in lists of buckets. */
const step = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 9 }));

function nameOf(number: number): string {
  return `${'ä/'.repeat(number % 7)}${Math.imul(number, 0x9e3779b1) >>> 0}`;
}

test('names are those of a plain set: found by hash, sorted, and by bucket', (t) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2000, maxLength: 5000 }), (steps) => {
      const names = new Names();
      const ids = new Map<string, number>();
      for (const [number, dice] of steps) {
        const name = nameOf(number);
        const id = ids.get(name);
        t.is(names.find(keyOf(name)), id);
        if (dice < 6) {
          ids.set(name, names.add(keyOf(name)));
          if (id !== undefined) t.is(ids.get(name), id);
        } else if (id !== undefined) {
          names.remove(id);
          ids.delete(name);
        }
      }
      t.is(names.size, ids.size);
      t.is(new Set(ids.values()).size, ids.size);
      const sorted = [...ids.keys()].sort(compareUtf8);
      t.deepEqual(Array.from(names.from(new Uint8Array()), (id) => names.text(id)), sorted);
      const middle = sorted[sorted.length >> 1]!;
      t.deepEqual(Array.from(names.from(Buffer.from(middle)), (id) => names.text(id)), sorted.slice(sorted.length >> 1));
      const bucket = bucketOfKey(keyOf(middle).hash);
      const fellows = sorted.filter((name) => bucketOfKey(keyOf(name).hash) === bucket);
      t.deepEqual(names.inBucket(bucket, new Uint8Array()).map((id) => names.text(id)), fellows);
      for (const [name, id] of ids) t.is(names.text(id), name);
    }),
    { numRuns: 15 },
  );
});

test('the bucket of a key is that of placement', (t) => {
  for (const name of ['', 'a', 'naïve\u{1f600}', 'x'.repeat(1000)]) t.is(bucketOfKey(keyOf(name).hash), bucketOf(name));
});
