import { Random } from '@coring/simulator';
import test from 'ava';
import { until } from '../a-ring.js';
import { aFaultyRing, someClients } from './a-faulty-ring.js';
import { whyNoNetwork } from './a-network.js';
import { healsWithoutLoss } from './heals.js';
import { between } from './network.js';
import { aPlan, LONG_PAUSE_MS, sayPlan } from './plan.js';

const obstacle = await whyNoNetwork();
const networkTest = obstacle === undefined ? test : test.skip;
const suffix = obstacle === undefined ? '' : ` (not tried: ${obstacle})`;

const MINUTE_MS = 60_000;
/** So many copies there are soon. That the third is made again, in its time, the seeds wait for. */
const COPIES_SOON = 2;

networkTest(`a ring of five that is split into three and two serves on both sides, and is one again without loss${suffix}`, async (t) => {
  t.timeout(5 * MINUTE_MS);
  const ring = await aFaultyRing(t, 5);
  const clients = someClients(t, ring);
  const split = { pairs: between([1, 2, 3], [4, 5]), lane: { cut: true } };
  await clients.put(ring.node(1), 'both');
  await ring.network.spoil(split);
  const [met] = await Promise.all([
    Promise.all([1, 5].map((host) => clients.putUntilStored(ring.node(host), 'both'))),
    ...[1, 2, 3, 4, 5].map((host) => clients.putUntilStored(ring.node(host), `put at ${host}`)),
  ]);
  await until(() => clients.graded('weak') > 50 && clients.graded('strong') > 50, 'the clients to be served on both sides', MINUTE_MS);
  await ring.network.mend(split);
  const shown = await healsWithoutLoss(t, ring, clients, COPIES_SOON);
  const { digest, conflicts } = shown.get('both')!;
  const kept = [digest, ...conflicts.map((one) => one.digest)];
  t.deepEqual(met.filter((one) => !kept.includes(one)), [], 'of two that met one has the name, and the other is beside it');
});

networkTest(`a node that stood still for longer than everybody waits finds its way back, and nothing is lost${suffix}`, async (t) => {
  t.timeout(5 * MINUTE_MS);
  const ring = await aFaultyRing(t, 3);
  const clients = someClients(t, ring);
  const suffering = ring.suffer([{ kind: 'pause', hosts: [2], atMs: 0, forMs: LONG_PAUSE_MS }]);
  const { nodeId } = ring.node(2);
  await until(async () => (await ring.node(1).ring()).nodes.some((node) => node.nodeId === nodeId && node.state === 'down'), 'the others to give it up');
  await suffering;
  await healsWithoutLoss(t, ring, clients, COPIES_SOON);
});

for (const seed of seeds()) {
  const random = new Random(seed);
  const plan = aPlan(random.stream());
  networkTest(`whatever happens to network and processes, what was promised is kept: seed ${seed}${suffix}`, async (t) => {
    t.timeout(10 * MINUTE_MS);
    t.log(`replay with CORING_FAULTS_FROM=${seed} CORING_FAULTS_SEEDS=1 npm run test:faults\n${sayPlan(plan)}`);
    const args = ['--copies', String(plan.copies), ...(plan.forgetsSoon ? ['--forget-after', '5s'] : [])];
    const ring = await aFaultyRing(t, plan.hosts, args);
    const clients = someClients(t, ring, random.stream());
    await ring.suffer(plan.faults);
    await healsWithoutLoss(t, ring, clients, plan.copies);
  });
}

/** Which seeds: one that is always the same, or those that are asked for. */
function seeds(): number[] {
  const { CORING_FAULTS_SEEDS: count, CORING_FAULTS_FROM: from } = process.env;
  if (count === undefined) return [132];
  const first = from === undefined ? 1 + Math.floor(Math.random() * 1_000_000) : Number(from);
  return Array.from({ length: Number(count) }, (_, i) => first + i);
}
