import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { mutationNames } from '@coring/ring-node/ring';
import { noticedMutations } from '../src/noticed-mutations.js';

for (const mutation of mutationNames) {
  test(`the checkers notice when a rule is switched off: ${mutation}`, async (t) => {
    t.timeout(300_000);
    await breathe();
    const [noticed] = noticedMutations([mutation]);
    t.log(noticed?.violation?.split('\n')[0]);
    t.truthy(noticed?.violation);
  });
}
