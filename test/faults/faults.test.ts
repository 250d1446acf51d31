import type { RingBody } from '@coring/protocol';
import { Random } from '@coring/simulator';
import type { ExecutionContext } from 'ava';
import { type TestNode, until, whole } from '../a-ring.js';
import { aFaultyRing, type FaultyRing, someClients } from './a-faulty-ring.js';
import { eachKind } from './each-kind.js';
import { healsWithoutLoss } from './heals.js';
import { between, unheardBy, unheardFrom } from './network.js';
import { networkTest } from './network-test.js';
import { aPlan, LONG_PAUSE_MS, type Plan, sayPlan } from './plan.js';

const MINUTE_MS = 60_000;
/** So many copies there are soon. That the third is made again, in its time, the seeds wait for. */
const COPIES_SOON = 2;

networkTest('a ring of five that is split into three and two serves on both sides, and is one again without loss', async (t) => {
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
  const splitMs = performance.now();
  for (const hosts of [[1, 2, 3], [4, 5]]) {
    const side = hosts.map((host) => ring.node(host));
    await until(() => clients.served('put', side, splitMs) > 50 && clients.served('get', side, splitMs) > 50, `the clients to be served at ${hosts.join()}`, MINUTE_MS);
  }
  await ring.network.mend(split);
  const shown = await healsWithoutLoss(t, ring, clients, COPIES_SOON);
  const { digest, conflicts } = shown.get('both')!;
  const kept = [digest, ...conflicts.map((one) => one.digest)];
  t.deepEqual(met.filter((one) => !kept.includes(one)), [], 'of two that met one has the name, and the other is beside it');
});

networkTest('a node that stood still for longer than everybody waits finds its way back, and nothing is lost', async (t) => {
  t.timeout(5 * MINUTE_MS);
  const ring = await aFaultyRing(t, 3);
  const clients = someClients(t, ring);
  const suffering = ring.suffer([{ kind: 'pause', hosts: [2], atMs: 0, forMs: LONG_PAUSE_MS }]);
  const { nodeId } = ring.node(2);
  await until(async () => (await ring.node(1).ring()).nodes.some((node) => node.nodeId === nodeId && node.state === 'down'), 'the others to give it up');
  await suffering;
  await healsWithoutLoss(t, ring, clients, COPIES_SOON);
});

networkTest('R06 a node that is cut off from all, cannot hear or cannot speak is put out of the ring, sees it, and is taken back', async (t) => {
  t.timeout(10 * MINUTE_MS);
  const ring = await aFaultyRing(t, 5, ['--forget-after', '5s']);
  const clients = someClients(t, ring);
  const [lone, others] = [ring.node(5), [1, 2, 3, 4].map((host) => ring.node(host))];
  const hosts = [1, 2, 3, 4];
  for (const pairs of [between([5], hosts), unheardBy(5, hosts), unheardFrom(5, hosts)]) {
    const spoil = { pairs, lane: { cut: true } };
    await ring.network.spoil(spoil);
    for (const node of others) await until(async () => isOut(lone, await node.ring()), `${node.address} to do without the one`, MINUTE_MS);
    await until(async () => others.every(isDownIn(await lone.ring())), 'the one to see that it is alone', MINUTE_MS);
    t.is((await lone.ring()).members.length, 5, 'one of five decides nothing');
    const sinceMs = performance.now();
    await until(() => clients.served('put', others, sinceMs) > 20 && clients.served('put', [lone], sinceMs) > 5, 'both sides to serve', MINUTE_MS);
    await ring.network.mend(spoil);
    await whole(ring.nodes, MINUTE_MS);
  }
  await healsWithoutLoss(t, ring, clients, COPIES_SOON);
});

networkTest('a fault of each kind, one after the other, does to packets what it says, and what was promised is kept', async (t) => {
  const { felt } = await plays(t, eachKind, new Random(1));
  for (const fault of eachKind.faults) {
    if (fault.kind !== 'network') continue;
    const { stopped, delayed } = felt.get(fault)!;
    t.log(`${fault.what}: ${stopped} packets stopped, ${delayed} delayed`);
    t.true((fault.lane.delayMs === undefined ? stopped : delayed) > 0, fault.what);
  }
});

for (const seed of seeds()) {
  const random = new Random(seed);
  const plan = aPlan(random.stream());
  networkTest(`whatever happens to network and processes, what was promised is kept: seed ${seed}`, async (t) => {
    t.log(`replay with CORING_FAULTS_FROM=${seed} CORING_FAULTS_SEEDS=1 npm run test:faults`);
    await plays(t, plan, random.stream());
  });
}

/** Lets all faults of a plan happen to a ring with clients at work, and judges what they were told. */
async function plays(t: ExecutionContext, plan: Plan, random: Random): Promise<FaultyRing> {
  t.timeout(10 * MINUTE_MS);
  t.log(sayPlan(plan));
  const ring = await aFaultyRing(t, plan.hosts, ['--copies', String(plan.copies), ...(plan.forgetsSoon ? ['--forget-after', '5s'] : [])]);
  const clients = someClients(t, ring, { random });
  await ring.suffer(plan.faults);
  await healsWithoutLoss(t, ring, clients, plan.copies);
  return ring;
}

function isOut(lone: TestNode, seen: RingBody): boolean {
  return isDownIn(seen)(lone) && !seen.members.includes(lone.nodeId) && seen.next !== lone.nodeId && seen.previous !== lone.nodeId;
}

function isDownIn({ nodes }: RingBody): (node: TestNode) => boolean {
  return ({ nodeId }) => nodes.some((one) => one.nodeId === nodeId && one.state === 'down');
}

/** Which seeds: one that is always the same, or those that are asked for. */
function seeds(): number[] {
  const { CORING_FAULTS_SEEDS: count, CORING_FAULTS_FROM: from } = process.env;
  if (count === undefined) return [441];
  const first = from === undefined ? 1 + Math.floor(Math.random() * 1_000_000) : Number(from);
  return Array.from({ length: Number(count) }, (_, i) => first + i);
}
