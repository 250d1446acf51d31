import { setTimeout as pause } from 'node:timers/promises';
import { nodeClient } from '@coring/client';
import test from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { someClients } from './load/clients.js';
import { type Figures, figuresOf } from './load/figures.js';
import { type Peak, peaks, SEGMENT_BYTES, type Trend, trends } from './load/flat.js';
import { plainly, throughLibrary } from './load/ways.js';
import { missingAt } from './writers.js';

/** `npm run test:soak` takes more. */
const MINUTES = Number(process.env.CORING_SOAK_MINUTES ?? 2);
/** A heap is warm after some minutes: how memory grows says something of a longer run only. That it stays below a limit is judged of each. */
const isLong = MINUTES >= 10;

const SAMPLE_MS = 2_000;
const FAULT_EVERY_MS = isLong ? 40_000 : 15_000;
const PAUSED_MS = 5_000;
const MB = 1_000_000;
/** What a data directory may take that has no files any more, in bytes: garbage of a segment, and the segment that is written to. */
const EMPTY_BYTES_MAX = 2.1 * SEGMENT_BYTES;

test('a ring under mixed load and faults does not grow, loses nothing, and gives the room of what is deleted back', async (t) => {
  t.timeout((MINUTES + 8) * 60_000);
  const nodes = await aRing(t, 3, ['--reap-after', '20s']);
  const running = new Set(nodes);
  const up = (): TestNode[] => [...running];
  let turns = 0;
  const next = (): TestNode => up()[turns++ % running.size]!;
  const clients = someClients(t, [...nodes.map(({ address }) => throughLibrary(address)), ...nodes.map(() => plainly(next))], up, 10);

  const samples = nodes.map((): Figures[] => []);
  const endsAtMs = performance.now() + MINUTES * 60_000;
  let faultAtMs = performance.now() + FAULT_EVERY_MS;
  let [kills, pauses] = [0, 0];
  while (performance.now() < endsAtMs) {
    await pause(SAMPLE_MS);
    for (const [i, node] of nodes.entries()) samples[i]!.push(await figuresOf(node));
    if (performance.now() < faultAtMs) continue;
    // The memory of a node says something only where it is the same process all the time: the first is left in peace, the second stands still, the third is killed.
    if (kills <= pauses) {
      kills++;
      nodes[2] = await killed(nodes[2]!);
    } else {
      pauses++;
      await stoodStill(nodes[1]!);
    }
    await whole(nodes, 60_000);
    faultAtMs = performance.now() + FAULT_EVERY_MS;
  }
  await Promise.all(clients.map((client) => client.stop()));

  async function killed(node: TestNode): Promise<TestNode> {
    running.delete(node);
    await node.kill('SIGKILL');
    await pause(PAUSED_MS);
    const again = await node.again(t);
    running.add(again);
    return again;
  }

  async function stoodStill(node: TestNode): Promise<void> {
    running.delete(node);
    node.signal('SIGSTOP');
    await pause(PAUSED_MS);
    node.signal('SIGCONT');
    running.add(node);
  }

  const served = clients.reduce((sum, client) => sum + client.served, 0);
  const failures = clients.flatMap((client) => client.failures);
  t.log(`${served} requests served, ${failures.length} failed, ${clients.reduce((sum, { weak }) => sum + weak, 0)} weak; ${kills} kills, ${pauses} pauses; ${samples[0]!.length} samples`);
  for (const { what, error } of failures.slice(0, 10)) t.log(`${what}: ${String(error)}`);
  const grown = samples.flatMap((found, i) => {
    // A process that is started again and again is never warm.
    const judged = trends(found).filter(({ what }) => (isLong && i < 2) || (what !== 'memory' && what !== 'heap'));
    const reached = peaks(found);
    t.log(`node ${i + 1}: ${[...judged.map(said), ...reached.map(saidPeak)].join('; ')}`);
    return [...judged.filter(({ after, most }) => after > most).map(said), ...reached.filter(({ peak, most }) => peak > most).map(saidPeak)].map((what) => `node ${i + 1}: ${what}`);
  });

  t.deepEqual([...new Set(clients.flatMap(({ wrong }) => wrong))], []);
  const kept = clients.flatMap((client) => [...client.kept].map(([name, digest]) => [name, { digest, holders: [] }] as const));
  for (const node of nodes) t.deepEqual(await missingAt(node, kept), [], node.address);
  const client = nodeClient({ address: nodes[0]!.address });
  t.teardown(() => client.close());
  // Also what clients are not sure of, and what was written aside and is kept beside a name until somebody resolves it.
  for await (const { name } of client.list()) await client.remove(name);
  const { files: beside } = await client.listPage({ conflicts: true });
  for (const { name } of beside) await client.remove(name, { resolves: (await client.conflicts(name)).conflicts.map(({ version }) => version) });
  t.log(`${beside.length} names had conflict copies`);
  let left: Figures[] = [];
  await until(
    async () => {
      left = await Promise.all(nodes.map(figuresOf));
      return left.every((one) => one.kept === 0 && one.disk <= EMPTY_BYTES_MAX);
    },
    'the room of what is deleted to be free again',
    180_000,
  ).finally(() => t.log(`all deleted: ${left.map(({ disk, kept: still }) => `${inMB(disk)} of disk, ${inMB(still)} kept`).join('; ')}`));
  t.deepEqual(grown, []);
});

function said({ what, before, after, most }: Trend): string {
  const form = what === 'open descriptors' ? (value: number): string => value.toFixed(0) : inMB;
  return `${what} ${form(before)}, at the end ${form(after)}, at most ${form(most)}`;
}

function saidPeak({ what, peak, most }: Peak): string {
  return `${what} up to ${inMB(peak)}, at most ${inMB(most)}`;
}

function inMB(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
