import test from 'ava';
import fc from 'fast-check';
import { optionsOf, run } from '../src/index.js';
import { asRanges, sayRanges } from '../src/ranges.js';
import { shrink } from '../src/shrink.js';
import { shrinkRun } from '../src/shrink-run.js';

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 })).map((all) => all.sort((a, b) => a - b));

test('shrinking leaves exactly what is needed', (t) => {
  fc.assert(
    fc.property(numbers, (needed) => {
      const all = Array.from({ length: 61 }, (_, i) => i);
      const kept = shrink(all, (fewer) => needed.every((one) => fewer.includes(one)));
      t.deepEqual(kept, needed);
    }),
  );
});

test('shrinking never leaves what does not fail any more, however few tries it has', (t) => {
  const isEnough = (some: readonly number[]): boolean => some.includes(3) && some.length % 2 === 0;
  const all = Array.from({ length: 20 }, (_, i) => i);
  for (let tries = 0; tries < 40; tries++) t.true(isEnough(shrink(all, isEnough, (tried) => tried >= tries)));
});

test('the search for a smaller run ends when its runs or its time are over, and says so', (t) => {
  const options = optionsOf(4, { mutations: ['fast-ignores-base'] });
  const [violation] = run(options).violations;
  const untried = shrinkRun(options, violation!, { runsMax: 600, withinMs: 0 });
  t.is(untried.kept.length, untried.parts);
  t.regex(untried.unfinished ?? '', /^0 runs, \d\.\d minutes$/);
  const [few, some] = [5, 600].map((runsMax) => shrinkRun(options, violation!, { runsMax, withinMs: Infinity }));
  t.regex(few!.unfinished ?? '', /^5 runs, /);
  t.is(some!.unfinished, undefined);
  t.true(some!.kept.length < few!.kept.length);
});

test('numbers are written as ranges and read again', (t) => {
  t.is(sayRanges([0, 1, 2, 5, 7, 8]), '0-2,5,7-8');
  fc.assert(fc.property(numbers.filter(({ length }) => length > 0), (some) => t.deepEqual(asRanges(sayRanges(some)), some)));
  for (const text of ['', '1-', '3-1', 'x', '1,,2', '123456']) t.throws(() => asRanges(text), { instanceOf: RangeError });
});
