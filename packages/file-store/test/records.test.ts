import { compareUtf8 } from '@coring/protocol';
import test from 'ava';
import * as fc from 'fast-check';
import { memoryStore, openFileStore, type Store } from '../src/index.js';
import { SortedKeys } from '../src/sorted-keys.js';
import { CrashingFiles } from './crashing-files.js';

const key = fc.oneof(fc.constantFrom('a', 'a/', 'a/b', 'b', '\u{1f600}', '\uff61', 'é', ''), fc.string({ unit: 'binary', maxLength: 4 }));
const change = fc.oneof(fc.record({ do: fc.constant('put' as const), key, value: fc.jsonValue() }), fc.record({ do: fc.constant('delete' as const), key }));
const question = fc.record({ prefix: fc.oneof(fc.constant(''), key), after: fc.oneof(fc.constant(''), key), limit: fc.integer({ min: 0, max: 20 }) });

for (const [kind, open] of [
  ['a memory store', async () => memoryStore()],
  ['a file store', async () => (await openFileStore('/data', { files: new CrashingFiles() })).store],
] as const) {
test(`records and names of ${kind} are those of a plain map, sorted`, async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: change }, question), { maxLength: 60 }), async (steps) => {
      const store: Store = await open();
      const model = new Map<string, unknown>();
      for (const step of steps) {
        if ('limit' in step) {
          const expected = [...model].filter(([name]) => name.startsWith(step.prefix) && compareUtf8(name, step.after) > 0).sort(([a], [b]) => compareUtf8(a, b));
          const found = await store.records('s', step);
          t.deepEqual(found, expected.slice(0, step.limit).map(([name, value]) => ({ key: name, value })));
          t.deepEqual(await store.names('s', step), found.map((record) => record.key));
        } else if (step.do === 'put') {
          await store.commit([{ do: 'put', space: 's', key: step.key, value: step.value }]);
          // What JSON makes of it: -0 becomes 0.
          model.set(step.key, JSON.parse(JSON.stringify(step.value)));
        } else {
          await store.commit([{ do: 'delete', space: 's', key: step.key }]);
          model.delete(step.key);
        }
      }
    }),
    { numRuns: 100 },
  );
});
}

test('keys stay sorted through many runs of them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.boolean()), { minLength: 3000, maxLength: 6000 }), (steps) => {
      const keys = new SortedKeys();
      const model = new Set<string>();
      for (const [number, isAdded] of steps) {
        const name = `key${number}`;
        if (isAdded) keys.add(name);
        else keys.delete(name);
        if (isAdded) model.add(name);
        else model.delete(name);
      }
      const sorted = [...model].sort(compareUtf8);
      t.deepEqual(keys.range({ prefix: '', after: '', limit: Infinity }), sorted);
      const middle = sorted[sorted.length >> 1] ?? '';
      t.deepEqual(keys.range({ prefix: 'key', after: middle, limit: 3 }), sorted.filter((name) => compareUtf8(name, middle) > 0).slice(0, 3));
    }),
    { numRuns: 10 },
  );
});

test('a page of names costs the same among a hundred thousand as among a thousand', (t) => {
  const msFor = (count: number): number => {
    const keys = new SortedKeys();
    for (let i = 0; i < count; i++) keys.add(`key${Math.imul(i, 0x9e3779b1) >>> 0}`);
    const begin = performance.now();
    for (let i = 0; i < 2000; i++) {
      keys.add(`new${i}`);
      keys.range({ prefix: 'key', after: `key${Math.imul(i, 0x85ebca6b) >>> 0}`, limit: 10 });
    }
    return performance.now() - begin;
  };
  msFor(1000);
  const [few, many] = [msFor(1000), msFor(100_000)];
  t.true(many < 20 * few + 50, `${many} ms against ${few} ms`);
});
