import { readdirSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { mutationNames } from '@coring/ring-node/ring';
import { checkersOf, noticedMutations } from '../src/noticed-mutations.js';

/** Files beside the checkers that are none. */
const helpers: ReadonlySet<string> = new Set(['checker', 'owners-at-rest']);
const complained = new Set<string>();

for (const mutation of mutationNames) {
  test.serial(`the checkers notice when a rule is switched off: ${mutation}`, async (t) => {
    t.timeout(300_000);
    await breathe();
    for (const noticed of noticedMutations([mutation])) {
      t.log(noticed.violations[0]?.split('\n')[0]);
      t.not(noticed.violations.length, 0);
      for (const checker of checkersOf(noticed)) complained.add(checker);
    }
  });
}

test.serial('each checker notices the absence of some rule', (t) => {
  const files = readdirSync(new URL('../src/checkers', import.meta.url));
  const checkers = files.filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -'.js'.length));
  t.deepEqual(checkers.filter((name) => !helpers.has(name) && !complained.has(name)), []);
});
