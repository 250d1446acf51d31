import test from 'ava';
import { optionsOf, run } from '../src/index.js';

/** Every run of the test suite; many more with `npm run sim -- --seeds N`. */
const FROM = 1;
const SEEDS = 300;
/** Seeds that once showed a fault: they stay in. */
const remembered: readonly number[] = [];
const PER_TEST = 50;

for (let from = FROM; from < FROM + SEEDS; from += PER_TEST) {
  test(`every promise holds in the runs from seed ${from} to ${from + PER_TEST - 1}`, (t) => {
    t.timeout(300_000);
    for (let seed = from; seed < from + PER_TEST; seed++) expectNoViolation(t, seed);
  });
}

test('every promise holds in the runs that once showed a fault', (t) => {
  for (const seed of remembered) expectNoViolation(t, seed);
  t.pass();
});

function expectNoViolation(t: { deepEqual: (a: unknown, b: unknown, message: string) => void }, seed: number): void {
  t.deepEqual(run(optionsOf(seed)).violations, [], `replay with npm run sim -- --seed ${seed} --trace`);
}
