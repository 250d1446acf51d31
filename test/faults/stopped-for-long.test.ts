import { setTimeout as pause } from 'node:timers/promises';
import { httpDefaults, linkLimits } from '@coring/ring-node';
import { until, whole } from '../a-ring.js';
import { aFaultyRing, someClients } from './a-faulty-ring.js';
import { healsWithoutLoss } from './heals.js';
import { networkTest } from './network-test.js';

const MINUTE_MS = 60_000;
const COPIES = 3;
const FORGET_AFTER_MS = 30_000;
/**
 * The longest time after which links and HTTP give something up. Who serves a bulk link waits twice as long. Longer waits only those who take in an
 * upload that still comes (a day), and echo and hello, which are not served here (10 minutes).
 */
const longestMs = Math.max(FORGET_AFTER_MS, 2 * linkLimits.bulkIdleMs, ...timesOf({ ...linkLimits, ...httpDefaults }));
const STOPPED_MS = longestMs + 30_000;
/** So long before it goes on it is asked as the others are: what comes to it then waits for it, and what it answers must not be of another time. */
const ASKED_BEFORE_MS = 10_000;

networkTest(
  'a node that is stopped for longer than every timeout is done without meanwhile, is a member again when it goes on, and nothing is lost',
  async (t) => {
    t.timeout(10 * MINUTE_MS);
    const ring = await aFaultyRing(t, 5, ['--copies', String(COPIES), '--forget-after', `${FORGET_AFTER_MS}ms`]);
    const stopped = ring.node(2);
    const others = ring.nodes.filter((node) => node !== stopped);
    let asked = others;
    const clients = someClients(t, ring, { nodes: () => asked, pauseMs: 400 });
    await until(() => clients.served('put', others, 0) > 20, 'the clients to be at work');

    const stoppedMs = performance.now();
    const stands = ring.suffer([{ kind: 'pause', hosts: [2], atMs: 0, forMs: STOPPED_MS }]);
    for (const node of others) await until(async () => !(await node.ring()).members.includes(stopped.nodeId), `${node.address} to do without it`, longestMs);
    const forgottenMs = performance.now();
    await pause(STOPPED_MS - ASKED_BEFORE_MS - (forgottenMs - stoppedMs));
    const [puts, gets] = [clients.served('put', others, forgottenMs), clients.served('get', others, forgottenMs)];
    t.true(puts > 50 && gets > 50, `${puts} uploads and ${gets} reads served without it`);
    asked = [...ring.nodes];
    await stands;

    const onMs = performance.now();
    await until(() => clients.served('put', [stopped], onMs) > 5 && clients.served('get', [stopped], onMs) > 5, 'it to serve again', MINUTE_MS);
    await whole(ring.nodes, MINUTE_MS);
    t.log(`without it after ${seconds(forgottenMs - stoppedMs)}: ${puts} uploads and ${gets} reads; stopped for ${seconds(onMs - stoppedMs)}, the ring whole ${seconds(performance.now() - onMs)} later`);
    await healsWithoutLoss(t, ring, clients, COPIES);
  },
  process.env.CORING_FAULTS_SEEDS === undefined ? 'it takes 4 minutes; npm run test:faults has it' : undefined,
);

function timesOf(limits: Readonly<Record<string, number>>): number[] {
  return Object.entries(limits).flatMap(([name, limit]) => (name.endsWith('Ms') ? [limit] : []));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
