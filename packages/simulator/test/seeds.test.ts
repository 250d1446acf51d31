import { setImmediate as breathe } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { longOptionsOf, type Options, optionsOf, run, UNDECIDED } from '../src/index.js';

/** Every run of the test suite; many more with `npm run sim -- --seeds N`. */
const FROM = 1;
const SEEDS = 300;
/** Seeds that once showed a fault: they stay in. */
const remembered: readonly number[] = [
  320, 375, 423, 534, 962, 972, 2255, 5091, 5314, 5682, 5794, 5828, 6022, 6155, 6324, 6392, 6479, 6864, 7161, 7495, 20001, 20982, 21231, 21244, 22151, 34755, 101412, 108469, 205969, 302187, 402196, 1301613, 1306428, 1306570, 1309614, 1310814, 1315882, 1320991, 1505901, 1602685, 1900401, 1902288, 1902874, 1915508, 2110390, 2302971, 2303126, 2340685, 2502569, 2531346, 2557956, 2562983, 4003325, 4600544, 4700355, 5024328, 5132382, 6005258, 6006857, 7002077, 7004246, 7004291, 7006594, 7100324, 7100397, 7104390, 8112536, 16001418, 16001436,
];
const PER_TEST = 50;
const LONG_SEEDS = 12;

for (let from = FROM; from < FROM + SEEDS; from += PER_TEST) {
  test(`every promise holds in the runs from seed ${from} to ${from + PER_TEST - 1}`, async (t) => {
    t.timeout(300_000);
    for (let seed = from; seed < from + PER_TEST; seed++) await expectNoViolation(t, optionsOf(seed));
  });
}

test('every promise holds in the runs that once showed a fault', async (t) => {
  t.timeout(300_000);
  for (const seed of remembered) await expectNoViolation(t, optionsOf(seed));
});

test('every promise holds in runs so long that tombstones are reaped', async (t) => {
  t.timeout(300_000);
  let reaped = 0;
  for (let seed = FROM; seed < FROM + LONG_SEEDS; seed++) reaped += await expectNoViolation(t, longOptionsOf(seed), ' --long');
  t.true(reaped > 0);
});

/** Returns how many tombstones were reaped. */
async function expectNoViolation(t: ExecutionContext, options: Options, family = ''): Promise<number> {
  // A run keeps the process busy: ava wants to be heard between two of them.
  await breathe();
  const { counts, violations } = run(options);
  const replay = `replay with npm run sim -- --seed ${options.seed}${family} --trace`;
  t.deepEqual(violations, [], replay);
  t.is(counts.get(UNDECIDED) ?? 0, 0, `names whose operations have too many orders to try: ${replay}`);
  return counts.get('event reaped') ?? 0;
}
