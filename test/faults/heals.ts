import { checkLinearizability, checkListing, checkNoInvention, checkStrongWhereAsked, type History, Mints, type Operation, UNDECIDED } from '@coring/simulator';
import type { ExecutionContext } from 'ava';
import { type TestNode, until, whole } from '../a-ring.js';
import type { FaultyRing } from './a-faulty-ring.js';
import { allShownBy, lackingCopies, notOneRing, type Shown } from './at-rest.js';
import type { Clients } from './clients.js';
import { lostOf, unaskedFor } from './kept.js';
import { allMade, recordsOf } from './made.js';
import type { Switched } from './network.js';

/** A ring that is left alone has so long to come to rest. */
const REST_MS = 90_000;
/** So many reads at the same time. */
const READERS = 8;

/**
 * Once the faults are over: the clients stop, the ring comes to rest, and nothing that was promised is broken. Returns what all nodes show.
 */
export async function healsWithoutLoss(t: ExecutionContext, ring: FaultyRing, clients: Clients, copies: number): Promise<ReadonlyMap<string, Shown>> {
  const { nodes, network } = ring;
  await network.heal();
  await clients.stop();
  const beganMs = performance.now();
  const { shown, mints } = await atRest(nodes, clients, Math.min(copies, nodes.length));
  const restMs = performance.now() - beganMs;
  await readAll(nodes, clients, shown);
  for (const node of nodes) await clients.list(node);

  const { history } = clients;
  const counts = new Map<string, number>();
  const judged = { history, mints, count: (what: string, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by) };
  const disordered = checkLinearizability(judged);
  for (const fault of disordered) t.log((await toldOf(nodes, history, fault.slice(0, fault.indexOf(':')))).join('\n'));
  t.deepEqual(disordered, [], 'strong operations happen one after another');
  t.is(counts.get(UNDECIDED) ?? 0, 0, 'no name has too many orders to try');
  t.deepEqual(checkNoInvention(judged), [], 'what is read was put');
  t.deepEqual(checkListing(judged), [], 'lists are complete');
  t.deepEqual(checkStrongWhereAsked(judged), [], 'who asks for a strong answer gets that or an error');
  t.deepEqual(unaskedFor(history, shown), []);
  t.deepEqual(clients.wrong, [], 'answers are whole');
  t.deepEqual(clients.unanswered.map(sayUnanswered), [], 'everything is answered');
  t.log(`at rest after ${(restMs / 1000).toFixed(1)} s; ${summary(await network.counted(), clients, shown, counts)}`);
  return shown;
}

/** Waits until the nodes are one ring, show the same, have lost nothing, and keep as many copies as they should. */
async function atRest(nodes: readonly TestNode[], { history }: Clients, copies: number): Promise<{ shown: ReadonlyMap<string, Shown>; mints: Mints }> {
  await whole(nodes, REST_MS);
  let shown: ReadonlyMap<string, Shown> = new Map();
  let mints = new Mints();
  let faults: string[] = [];
  const isAtRest = async (): Promise<boolean> => {
    faults = await notOneRing(nodes);
    if (faults.length > 0) return false;
    const all = await Promise.all(nodes.map(allShownBy));
    shown = all[0]!;
    faults = [...differences(nodes, all), ...(await lackingCopies(nodes[0]!, shown, copies))];
    if (faults.length > 0) return false;
    mints = await allMade(nodes.map(({ data }) => data));
    faults = lostOf(history, mints, shown);
    return faults.length === 0;
  };
  await until(isAtRest, 'the ring to come to rest', REST_MS).catch((error: unknown) => {
    throw new Error(`the ring does not come to rest:\n${faults.slice(0, 10).join('\n')}`, { cause: error });
  });
  return { shown, mints };
}

function differences(nodes: readonly TestNode[], all: readonly ReadonlyMap<string, Shown>[]): string[] {
  const texts = all.map((shown) => [...shown].map(([name, { version, digest, conflicts }]) => `${name} ${version} ${digest} ${conflicts.map((one) => one.version).sort().join()}`));
  return texts.flatMap((text, i) => {
    const others = new Set(texts[0]);
    const other = text.find((line) => !others.has(line));
    return text.length === texts[0]!.length && other === undefined ? [] : [`${nodes[i]!.address} shows ${text.length} names, ${nodes[0]!.address} ${texts[0]!.length}; it alone: ${other}`];
  });
}

/** Every name is read through every node: surely, and everywhere the same. A write whose outcome nobody was told may come to light meanwhile: then all are asked again. */
async function readAll(nodes: readonly TestNode[], clients: Clients, shown: ReadonlyMap<string, Shown>): Promise<void> {
  const names = new Set([...clients.history.names(), ...shown.keys()]);
  const left = [...names];
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) await readsAlike(nodes, clients, name);
    }),
  );
}

async function readsAlike(nodes: readonly TestNode[], clients: Clients, name: string): Promise<void> {
  let found: string[] = [];
  const areAlike = async (): Promise<boolean> => {
    found = (await Promise.all(nodes.map((node) => clients.read(node, name)))).map(sayRead);
    return new Set(found).size === 1 && found[0] !== undefined && !found[0].startsWith('nothing sure');
  };
  await until(areAlike, `${name} to be read alike`, 30_000).catch((error: unknown) => {
    throw new Error(`${name} is read as ${found.join(', ')}`, { cause: error });
  });
}

function sayRead({ answer, lost }: Operation): string {
  if (answer?.type === 'found') return answer.value.digest;
  if (answer?.type === 'absent') return 'absent';
  return `nothing sure: ${lost ? 'no answer' : JSON.stringify(answer)}`;
}

/** Everything there is to know about a name: what clients were told, what nodes have logged, and what they wrote down. */
async function toldOf(nodes: readonly TestNode[], history: History, name: string): Promise<string[]> {
  const told = history.of(name).map(({ node, startedMs, endedMs, request, answer }) => `${node} ${startedMs.toFixed(0)} to ${endedMs?.toFixed(0)}: ${JSON.stringify(request)} ${JSON.stringify(answer)}`);
  const logged = nodes.flatMap(({ address, lines }) => lines.map((line) => JSON.stringify(line)).filter((line) => line.includes(JSON.stringify(name))).map((line) => `${address} logged ${line}`));
  const written = await Promise.all(nodes.map(async ({ address, nodeId, data }) => (await recordsOf(data, name)).map((record) => `${address} ${nodeId} wrote ${JSON.stringify(record)}`)));
  return [...told, ...logged, ...written.flat()];
}

function sayUnanswered({ request, node, startedMs }: Operation): string {
  return `${request.op} ${request.ref} asked of ${node} at ${startedMs.toFixed(0)} ms`;
}

function summary({ passed, stopped, delayed }: Switched, clients: Clients, shown: ReadonlyMap<string, Shown>, counts: ReadonlyMap<string, number>): string {
  const { history } = clients;
  const { operations } = history;
  const conflicts = [...shown.values()].reduce((sum, one) => sum + one.conflicts.length, 0);
  const without = operations.filter(({ answer, lost }) => lost || answer?.type === 'failed').length;
  return [
    `${operations.length} operations on ${history.names().length} names: ${clients.graded('strong')} strong, ${clients.graded('weak')} weak, ${without} refused or without an answer;`,
    `${conflicts} conflict copies; packets: ${passed} passed, ${stopped} stopped, ${delayed} delayed`,
    ...[...counts].map(([what, count]) => `; ${what}: ${count}`),
  ].join(' ');
}
