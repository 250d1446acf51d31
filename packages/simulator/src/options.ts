import type { RingSettings } from '@coring/protocol';
import type { Mutation } from '@coring/ring-node/ring';
import type { DiskOptions } from './disk.js';
import type { FaultName } from './faults.js';
import type { NetworkOptions } from './network.js';
import type { ClockOptions } from './node-clock.js';
import { Random } from './random.js';
import type { WorkloadOptions } from './workload.js';

/** What one run is like. All of it follows from the seed, so that the seed alone replays it. */
export interface Options {
  readonly seed: number;
  /** Nodes that are started at the beginning: the first founds the ring, the others join it. */
  readonly nodes: number;
  readonly settings: RingSettings;
  readonly network: NetworkOptions;
  readonly disk: DiskOptions;
  readonly clocks: ClockOptions;
  /** What nodes may have as their share of the copies; absent: all have the same. */
  readonly capacities?: readonly number[];
  readonly workload: WorkloadOptions;
  readonly faults: { readonly names: readonly FaultName[]; readonly everyMs: number };
  /** How long a tombstone stays at least; absent: as long as a node's own default says, longer than any run. */
  readonly reapAfterMs?: number;
  /** How long faults and requests go on. */
  readonly durationMs: number;
  /** How long the ring has at most to come to rest afterwards. */
  readonly restMs: number;
  /** Rules of the protocol that are switched off. */
  readonly mutations: readonly Mutation[];
}

const faultNames: readonly FaultName[] = [
  'split',
  'cut',
  'partial-cut',
  'heal',
  'pause',
  'crash',
  'crash-all',
  'clock-jump',
  'join',
  'leave-away',
  'leave-for-good',
];

/** Those that were added later. */
const moreFaultNames: readonly FaultName[] = ['flap', 'lose-disk', 'low-disk', 'read-errors', 'bit-rot'];
/** Those of a second addition. */
const latestFaultNames: readonly FaultName[] = ['move', 'weigh', 'lasting-cut'];
/** Those of a third, and of forty seeds the ones that draw them: none that is kept for what it once found. */
const thirdFaultNames: readonly FaultName[] = ['clog', 'swizzle', 'clock-drift'];
const THIRD = { of: 40, seeds: [7, 19, 25, 33] };
/** The fourth: few nodes, often apart, whose clients change the same names on conditions and do not hear every answer. */
const FOURTH = { of: 40, seeds: [3, 20] };
/** The fifth: faults that strike at a moment of the protocol. */
const fifthFaultNames: readonly FaultName[] = ['omit', 'ambush'];
const FIFTH = { of: 80, seeds: [21, 24, 29, 30, 39, 50, 53, 67] };
/** The sixth: clients that do not wait for their answers, and mostly repeat what they wrote. */
const SIXTH = { of: 80, seeds: [5, 32, 40, 63] };
const CLONES_CHANCE = 0.05;
/** So that those kept for what they once found are what they were. */
const SLEEPS = 0x52f0;
const RESOLVES = 0x4e50;
const LARGE = { nodes: 100, chance: 0.004 };
/** One seed in 25 000 is of a thousand nodes. It takes minutes, and gigabytes: what would multiply its messages is left out, and nodes fail one by one. */
const VAST = { nodes: 1_000, chance: 0.0004, seed: 0x7a57, everyMs: 3_000 };
const faultsOfOne: readonly FaultName[] = ['pause', 'crash', 'clock-jump', 'join', 'leave-away', 'leave-for-good'];

/** Swarm testing (Groce et al., 2012): each seed switches a random subset of the faults on, so that common ones do not drown rare ones. */
export function optionsOf(seed: number, changes: Partial<Options> = {}): Options {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ 0x5eed);
  const delay = random.pick([
    { low: 0.5, high: 3 },
    { low: 1, high: 20 },
  ]);
  const options: Options = {
    seed,
    nodes: random.pick([1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6]),
    settings: {
      copies: random.pick([1, 2, 3, 3, 3, 3, 5, 0]),
      forgetAfterMs: random.pick([2_000, 5_000, 600_000]),
      writes: random.chance(0.1) ? 'strong' : 'weak',
      minCopies: random.chance(0.1) ? 2 : 1,
    },
    network: {
      loss: random.pick([0, 0, 0.01, 0.03, 0.1]),
      duplication: random.pick([0, 0, 0.02, 0.1]),
      delayMs: delay,
      tailChance: random.pick([0, 0.01, 0.05]),
      tailMs: random.pick([100, 600, 3_000]),
      refusalChance: random.pick([0, 0.7, 1]),
    },
    disk: {
      syncMs: random.pick([0.1, 1, 5]),
      slowChance: random.pick([0, 0, 0.02, 0.2]),
      slowMs: random.pick([30, 300]),
    },
    clocks: { skewMs: random.pick([5, 100, 2_000]), drift: random.pick([0, 0.0001, 0.01]) },
    workload: {
      names: random.pick([1, 2, 3, 4]),
      operationsPerName: random.pick([10, 16, 22]),
      deadlineMs: random.pick([2_000, 5_000]),
      burstChance: random.pick([0, 0.4, 0.8]),
      largeChance: random.pick([0, 0, 0.3]),
      resolveChance: 0,
    },
    faults: { names: random.shuffled(faultNames).filter(() => random.chance(0.5)), everyMs: random.pick([400, 1_200, 3_000, 8_000]) },
    durationMs: random.pick([12_000, 20_000]),
    restMs: 60_000,
    mutations: [],
  };
  const { names, everyMs } = options.faults;
  // Drawn by itself: what the seeds of before came to stays as it was for most of them.
  const [fillsDisks, sleeps] = [new Random(seed ^ 0xd15c).chance(0.25), new Random(seed ^ SLEEPS).chance(0.1)];
  const faults = { names: [...names, ...(fillsDisks ? (['full-disk'] as const) : []), ...(sleeps ? (['sleep', 'sleep'] as const) : [])], everyMs };
  const workload = { ...options.workload, resolveChance: new Random(seed ^ RESOLVES).chance(0.1) ? 1 : 0 };
  return { ...options, workload, faults, ...more({ ...options, faults }), ...evenMore({ ...options, workload, faults }), ...vast({ ...options, faults }), ...third({ ...options, faults }), ...fourth({ ...options, workload, faults }), ...fifth({ ...options, workload, faults }), ...sixth({ ...options, workload }), ...changes };
}

/**
 * What was added later is drawn in every tenth seed only, and from a stream of its own: the others mean what they meant, and replay what they were kept for.
 */
function more({ seed, nodes, faults }: Options): Partial<Options> {
  if (seed % 10 !== 6) return {};
  const random = new Random(Math.imul(seed, 0x85ebca6b) ^ 0xd15c);
  const someNodes = random.chance(0.6) ? nodes : 7 + random.below(24);
  return {
    nodes: random.chance(LARGE.chance) ? LARGE.nodes : someNodes,
    faults: { ...faults, names: [...faults.names, ...random.shuffled(moreFaultNames).filter(() => random.chance(0.6))] },
  };
}

/** What was added after that, in every tenth seed once more: in none that is kept for what it once found. */
function evenMore({ seed, nodes, faults, workload }: Options): Partial<Options> {
  if (!isOfLatest(seed)) return {};
  const random = new Random(Math.imul(seed, 0xc2b2ae35) ^ 0x1a7e);
  const someNodes = random.chance(0.6) ? nodes : 1 + random.below(30);
  const names = random.shuffled(latestFaultNames).filter(() => random.chance(0.6));
  return {
    nodes: random.chance(0.01) ? LARGE.nodes : someNodes,
    capacities: random.pick([[1], [1, 2], [1, 1, 4], [1, 8, 64]]),
    workload: { ...workload, kindsUpTo: [0, 0, 0, 0].map(() => random.fraction()).sort() },
    faults: { ...faults, names: [...faults.names, ...names, ...(random.chance(CLONES_CHANCE) ? (['clone-disk'] as const) : [])] },
  };
}

function vast({ seed, settings, network, disk, faults }: Options): Partial<Options> {
  if (!isOfLatest(seed) || !new Random(seed ^ VAST.seed).chance(VAST.chance)) return {};
  return {
    nodes: VAST.nodes,
    settings: { ...settings, copies: settings.copies || 3 },
    network: { ...network, loss: 0, duplication: 0, tailChance: 0 },
    disk: { ...disk, slowChance: 0 },
    faults: { names: faults.names.filter((name) => faultsOfOne.includes(name)), everyMs: VAST.everyMs },
  };
}

/** The third addition: in every tenth seed, from a stream of its own, as those before. */
function third({ seed, nodes, faults }: Options): Partial<Options> {
  if (!THIRD.seeds.includes(seed % THIRD.of)) return {};
  const random = new Random(Math.imul(seed, 0x27d4eb2f) ^ 0xc106);
  return {
    nodes: random.chance(0.8) ? nodes : 1 + random.below(30),
    faults: { ...faults, names: [...faults.names, ...random.shuffled(thirdFaultNames).filter(() => random.chance(0.7))] },
  };
}

function fourth({ seed, settings, workload, faults }: Options): Partial<Options> {
  if (!FOURTH.seeds.includes(seed % FOURTH.of)) return {};
  const random = new Random(Math.imul(seed, 0x165667b1) ^ 0x4e7a);
  return {
    nodes: random.pick([4, 5, 5, 6]),
    settings: { ...settings, copies: random.pick([3, 3, 3, 5]), forgetAfterMs: 600_000 },
    workload: { ...workload, names: random.pick([2, 3, 4]), operationsPerName: 16, burstChance: 0.8, kindsUpTo: [0.04, 0.34, 0.75, 0.99], repeatChance: random.pick([0.3, 0.7]) },
    faults: { names: ['split', 'split', 'partial-cut', ...random.shuffled(faults.names).slice(0, random.below(2))], everyMs: random.pick([3_000, 5_000]) },
    durationMs: 30_000,
  };
}

function fifth({ seed, workload, faults }: Options): Partial<Options> {
  if (!FIFTH.seeds.includes(seed % FIFTH.of)) return {};
  const random = new Random(Math.imul(seed, 0x2c1b3c6d) ^ 0xa4b5);
  const names = random.shuffled(fifthFaultNames).slice(0, 1 + random.below(2));
  return {
    nodes: random.pick([3, 3, 4, 4, 5, 6]),
    workload: { ...workload, names: random.pick([1, 1, 2, 3]), burstChance: random.pick([0.4, 0.8]), ...(random.chance(0.5) ? { repeatChance: 0.3 } : {}) },
    faults: { names: [...names, ...names, ...random.shuffled(faults.names).slice(0, 1 + random.below(4))], everyMs: random.pick([300, 800, 2_000]) },
  };
}

function sixth({ seed, workload }: Options): Partial<Options> {
  if (!SIXTH.seeds.includes(seed % SIXTH.of)) return {};
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ 0x6a11);
  return { workload: { ...workload, names: random.pick([1, 1, 2, 3]), burstChance: random.pick([0.4, 0.8]), hangUpChance: random.pick([0.1, 0.5]), largeChance: random.pick([0, 0.3]) } };
}

/** Those of the second addition. */
function isOfLatest(seed: number): boolean {
  return seed % 20 === 17 || seed % 20 === 18;
}

/** A run so long that tombstones are reaped in it: longer than any message or operation of it lasts. */
export function longOptionsOf(seed: number, changes: Partial<Options> = {}): Options {
  const { faults, ...options } = optionsOf(seed);
  return { ...options, faults: { ...faults, everyMs: Math.max(faults.everyMs, LONG_FAULTS_MS) }, durationMs: LONG_MS, reapAfterMs: LONG_REAP_MS, ...changes };
}

const LONG_MS = 240_000;
const LONG_FAULTS_MS = 20_000;
const LONG_REAP_MS = 12_000;
