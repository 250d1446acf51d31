import { AT_REST, checkAtRest } from './checkers/at-rest.js';
import { checkConvergence } from './checkers/convergence.js';
import { watchCopies } from './checkers/copies-while-moving.js';
import type { Checker } from './checkers/checker.js';
import { checkDurability } from './checkers/durability.js';
import { watchEpochs } from './checkers/epochs-agree.js';
import { checkEverythingEnds, watchCircles } from './checkers/everything-ends.js';
import { watchInvariants } from './checkers/invariants.js';
import { checkLinearizability } from './checkers/linearizability.js';
import { checkListing } from './checkers/listing.js';
import { watchMajorities } from './checkers/majorities-last.js';
import { checkNoInvention } from './checkers/no-invention.js';
import { checkOneRing } from './checkers/one-ring.js';
import { newestEpoch, ownersOf } from './checkers/owners-at-rest.js';
import { checkStrongWhereAsked } from './checkers/strong-where-asked.js';
import type { Step } from './deeds.js';
import { scrub } from './failing-disk.js';
import { endFaults, planFaults, startStopped } from './faults.js';
import type { Operation } from './history.js';
import type { Options } from './options.js';
import { Patience } from './patience.js';
import { perform } from './perform.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Tape } from './tape.js';
import { namesOf, Workload } from './workload.js';
import { World } from './world.js';

/** What must come true when faults are over, and is waited for. */
const wanted: readonly [string, Checker][] = [
  ['one-ring', checkOneRing],
  ['convergence', checkConvergence],
];
/** What must hold of all that happened. */
const ofAll: readonly [string, Checker][] = [
  ['at-rest', checkAtRest],
  ['everything-ends', checkEverythingEnds],
  ['durability', checkDurability],
  ['linearizability', checkLinearizability],
  ['no-invention', checkNoInvention],
  ['listing', checkListing],
  ['strong-where-asked', checkStrongWhereAsked],
];

/** After this long the operator forgets who left while nobody could hear it. */
const FORGET_AFTER_MS = 15_000;
/** After this long the operator gives up files of which the last version went with a disk, where a node that leaves waits for it. */
const GIVE_UP_AFTER_MS = 40_000;
/** How often a ring that is to come to rest is looked at. */
const LOOK_MS = 1_000;
/** Lists at rest may take so many questions: each asks every node. */
const QUESTIONS_MAX = 20_000;
/** Nodes are started within this time of each other. */
const STARTS_MS = 1_500;

/** One run from nothing to its last check, drawn from its seed: what was done is in the world's steps, what was found wrong in its violations. */
export function run(options: Options, listener?: (line: string) => void, tape?: Tape): World {
  const world = new World(options, listener, tape);
  const workload = new Workload(world);
  startNodes(world);
  workload.plan();
  planFaults(world);
  return goThrough(world);
}

/** A run of steps that were drawn before. All of them: the same run, line by line. Without some: what the others come to alone. */
export function replay(options: Options, steps: readonly Step[], tape: Tape, listener?: (line: string) => void): World {
  const world = new World(options, listener, tape);
  for (const { atMs, deed } of steps) world.timeline.at(atMs, () => perform(world, deed));
  return goThrough(world);
}

function goThrough(world: World): World {
  watch(world);
  world.timeline.runTo(world.options.durationMs, () => hasFailed(world));
  finish(world);
  return world;
}

/** Ends the faults, waits for the ring to come to rest, and checks everything. */
export function finish(world: World): void {
  if (hasFailed(world)) return;
  endFaults(world);
  comeToRest(world);
  check(world, wanted);
  readAll(world);
  check(world, ofAll);
}

/** Sets the checkers that look on while a run goes. */
export function watch(world: World): void {
  world.watchers.push(watchEpochs(world), watchCircles(world), watchInvariants(world), watchCopies(world), watchMajorities(world));
}

/** Lets time pass until the ring is whole and its owners agree, or the time for that is over. */
function comeToRest(world: World): void {
  const untilMs = world.nowMs + world.options.restMs;
  world.clones.endAll();
  const patience = new Patience(world);
  const givenUp = new Set<string>();
  while (world.nowMs < untilMs && !hasFailed(world)) {
    world.timeline.runTo(world.nowMs + LOOK_MS, () => hasFailed(world));
    startStopped(world);
    for (const node of world.nodes) scrub(node);
    const restedMs = world.options.restMs - (untilMs - world.nowMs);
    if (restedMs > FORGET_AFTER_MS) forgetLeavers(world);
    if (restedMs > GIVE_UP_AFTER_MS) giveUpLost(world, givenUp);
    if (isIdle(world) && wanted.every(([, checker]) => checker(world).length === 0)) return;
    patience.look(heldLeavers(world).length > 0);
  }
}

/** A goodbye that got lost, or crossed a vote, leaves a member that never comes back: only the operator knows. */
function forgetLeavers(world: World): void {
  const [node] = world.running();
  for (const { nodeId } of heldLeavers(world)) node?.feed({ type: 'operate', ref: `forget ${nodeId}`, op: 'forget', nodeId });
}

/** A node that leaves warns of a file of which the others have a later version, without its bytes: to delete it is one way to let that node go. */
function giveUpLost(world: World, givenUp: Set<string>): void {
  const through = world.running().find(({ ring }) => ring?.self.phase === 'in');
  for (const { ring } of world.running()) {
    const staying = ring?.self.phase === 'leaving' ? ring.files.surplus.staying : undefined;
    if (staying === undefined || through === undefined || givenUp.has(staying) || !isGone(world, staying)) continue;
    givenUp.add(staying);
    world.ask(through, { ref: `give up ${staying}`, deadlineMs: world.options.workload.deadlineMs, requireStrong: false, op: 'delete', name: staying, conditions: {}, opId: `give-up-${staying}` });
  }
}

/** Whether nobody has the bytes of what the owners have for the value of a file, and nobody promised that. */
function isGone(world: World, name: string): boolean {
  const epoch = newestEpoch(world);
  if (epoch === undefined || !world.losses.mayConcern(name, world.history)) return false;
  const values = ownersOf(world, epoch, name).map(({ disk }) => disk.register(name)?.value);
  return values.every((value) => value?.deleted === false && world.running().every(({ disk }) => disk.content(name, value.version) === undefined));
}

function heldLeavers(world: World): SimulatedNode[] {
  const [node] = world.running();
  const members = node?.ring?.placement.epochs.at(-1)?.members ?? [];
  return world.nodes.filter(({ nodeId, standing }) => {
    const isHeldDown = node?.ring?.membership.roster.get(nodeId)?.state === 'down';
    return standing === 'left' && (isHeldDown || members.some((member) => member.nodeId === nodeId));
  });
}

/** What is found wrong first is enough: it leads to the rest. */
function check(world: World, checkers: readonly [string, Checker][]): void {
  if (hasFailed(world)) return;
  for (const [name, checker] of checkers) for (const fault of checker(world)) world.fail(name, fault);
}

export function startNodes(world: World): void {
  const random = world.random.stream();
  const { nodes } = world.options;
  const contacts: string[] = [];
  for (let i = 0; i < nodes; i++) {
    const newcomer = world.newcomer([...contacts]);
    perform(world, { do: 'start', newcomer, afterMs: i === 0 ? 0 : random.between(0, STARTS_MS) });
    contacts.push(world.called(newcomer.name)!.address);
  }
}

/** Every node reads every name and lists them; of hundreds of nodes only some, since each list asks all. */
function readAll(world: World): void {
  if (hasFailed(world)) return;
  const { workload } = world.options;
  let asked = 0;
  const common = () => ({ ref: `${AT_REST}${++asked}`, deadlineMs: workload.deadlineMs, requireStrong: false });
  const readOf = (node: SimulatedNode, name: string) => world.ask(node, { ...common(), op: 'get', name, headOnly: false });
  const some = world.running().filter((_, i, all) => i % Math.ceil(all.length ** 2 / QUESTIONS_MAX) === 0);
  const reads = some.flatMap((node) => namesOf(workload).map((name) => ({ node, name, operation: readOf(node, name) })));
  const lists = some.map((node) => world.ask(node, { ...common(), op: 'list', prefix: '', after: '', limit: 100 }));
  untilAnswered(world, [...reads.map(({ operation }) => operation), ...lists]);
  // A surplus copy may go in the moment between the answer and the look at its bytes: who serves them asks again.
  const again = reads.filter(({ operation }) => operation.bytesGone).map(({ node, name }) => readOf(node, name));
  untilAnswered(world, again);
}

function untilAnswered(world: World, operations: readonly Operation[]): void {
  const areAnswered = (): boolean => operations.every(({ endedMs }) => endedMs !== undefined);
  world.timeline.runTo(world.nowMs + world.options.workload.deadlineMs * 1.1, () => hasFailed(world) || areAnswered());
}

/** Whether nobody stands still, sends something, waits for an answer, or copies what the newest epoch gives it. */
function isIdle(world: World): boolean {
  return world.history.open().length === 0 && world.running().every(({ isPaused, uploads, ring }) => !isPaused && uploads.size === 0 && ring?.placement.ready.has(ring.placement.newest) === true);
}

/** What a broken run does further on says nothing. */
function hasFailed(world: World): boolean {
  return world.violations.length > 0;
}
