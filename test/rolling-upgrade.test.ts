import test from 'ava';
import { aRing, main } from './a-ring.js';
import { restartedInTurn } from './load/in-turn.js';

/** A ring-node of an earlier release: `npm test` builds the last one, once there is any, and `npm run test:upgrade` any revision. */
const EARLIER = process.env.CORING_EARLIER ?? '';
const upgradeTest = EARLIER === '' ? test.skip : test;

const NODES = 4;

upgradeTest('O03, O09 every node in turn is stopped and started again as a later release: no request fails, and nothing is lost', async (t) => {
  t.timeout(600_000);
  await restartedInTurn(t, await aRing(t, NODES, [], EARLIER), (node) => node.again(t, { program: main }));
});

upgradeTest('O03, O09 and back again, as far as nothing new was used', async (t) => {
  t.timeout(600_000);
  await restartedInTurn(t, await aRing(t, NODES), (node) => node.again(t, { program: EARLIER }));
});
