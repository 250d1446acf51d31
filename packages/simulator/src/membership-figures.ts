import { performance } from 'node:perf_hooks';
import { optionsOf } from './options.js';
import { startNodes } from './run.js';
import { World } from './world.js';

/** What a ring of some size does about a crash. Times in virtual seconds. */
export interface Figures {
  readonly nodes: number;
  /** From the crash until the first node, and until all nodes, hold it down; the middle one of several crashes. */
  readonly firstDownSeconds: number;
  readonly allDownSeconds: number;
  /** Healthy nodes that somebody held down. */
  readonly falseDowns: number;
  /** While nothing happens. */
  readonly atRest: Traffic;
  readonly inStalls: InStalls;
  readonly tookSeconds: number;
}

/** Per second and node. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** While every tenth node stood still again and again. */
export interface InStalls extends Traffic {
  /** Nodes that somebody ever held down. */
  readonly downs: number;
}

const CRASHES = 5;
const RATE_SECONDS = 10;
/** A ring of this many nodes more takes this much longer to assemble. */
const ASSEMBLY_MS = 60_000;
const DETECTION_MS = 60_000;
/** For so long every tenth node stands still again and again, for so long each time: shorter than anybody is given up. */
const STALLS_MS = 60_000;
const STALL_MS = { low: 500, high: 3_000 };
/** How long all have known each other, and copies been where they belong, before the ring counts as at rest. */
const SETTLING_MS = 20_000;

export function membershipFigures(nodes: number, count = nodes > 100 ? 1 : CRASHES): Figures {
  const began = performance.now();
  const crashes = Array.from({ length: count }, (_, i) => oneCrash(nodes, i + 1));
  const inStalls = stalls(nodes);
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return {
    nodes,
    firstDownSeconds: middle(crashes.map(({ firstMs }) => firstMs)) / 1_000,
    allDownSeconds: middle(crashes.map(({ allMs }) => allMs)) / 1_000,
    falseDowns: crashes.reduce((sum, { falseDowns }) => sum + falseDowns, 0),
    atRest: { messages: middle(crashes.map(({ messages }) => messages)), bytes: middle(crashes.map(({ bytes }) => bytes)) },
    inStalls,
    tookSeconds: (performance.now() - began) / 1_000,
  };
}

interface Crash extends Traffic {
  readonly firstMs: number;
  readonly allMs: number;
  readonly falseDowns: number;
}

function oneCrash(nodes: number, seed: number): Crash {
  const world = aRing(nodes, seed);
  const { messages, bytes } = trafficWhile(world, RATE_SECONDS * 1_000, (untilMs) => world.timeline.runTo(untilMs));
  const victim = world.nodes[nodes >> 1]!;
  victim.crash();
  const crashedMs = world.nowMs;
  const holdsDown = (nodeId: string) => world.running().filter(({ ring }) => ring!.membership.roster.get(nodeId)?.state === 'down').length;
  passUntil(world, DETECTION_MS, 'a node to notice a crash', () => holdsDown(victim.nodeId) > 0);
  const firstMs = world.nowMs - crashedMs;
  passUntil(world, DETECTION_MS, 'all to know of a crash', () => holdsDown(victim.nodeId) === nodes - 1);
  const falseDowns = world.running().filter(({ nodeId }) => holdsDown(nodeId) > 0).length;
  return { firstMs, allMs: world.nowMs - crashedMs, falseDowns, messages, bytes };
}

/** Nobody who only stands still for a moment, and nobody who waits for one that does, is put out. */
function stalls(nodes: number): InStalls {
  const world = aRing(nodes, 1);
  const random = world.random.stream();
  const downs = new Set<string>();
  const traffic = trafficWhile(world, STALLS_MS, (untilMs) => {
    for (let i = 0; i < nodes; i += 10) {
      const stall = () => {
        const forMs = random.between(STALL_MS.low, STALL_MS.high);
        world.nodes[i]!.pause(forMs);
        if (world.nowMs < untilMs) world.timeline.after(forMs + random.between(STALL_MS.low, STALL_MS.high), stall);
      };
      stall();
    }
    while (world.nowMs < untilMs) {
      world.timeline.runTo(world.nowMs + 500);
      for (const { ring } of world.running()) for (const { nodeId, state } of ring!.membership.roster.values()) if (state === 'down') downs.add(nodeId);
    }
  });
  return { downs: downs.size, ...traffic };
}

/** What nodes send while time passes, up to a moment. */
function trafficWhile(world: World, forMs: number, pass: (untilMs: number) => void): Traffic {
  const counted = (what: string) => world.counts.get(what) ?? 0;
  const before = { messages: counted('messages'), bytes: counted('bytes') };
  pass(world.nowMs + forMs);
  const each = (forMs / 1_000) * world.nodes.length;
  return { messages: (counted('messages') - before.messages) / each, bytes: (counted('bytes') - before.bytes) / each };
}

/** A ring at rest. */
export function aRing(nodes: number, seed: number): World {
  const world = aQuietWorld(nodes, seed);
  startNodes(world);
  const isWhole = () => world.running().length === nodes && world.running().every(({ ring }) => ring!.membership.roster.size === nodes);
  passUntil(world, ASSEMBLY_MS, `a ring of ${nodes}`, isWhole);
  world.timeline.runTo(world.nowMs + SETTLING_MS);
  return world;
}

function aQuietWorld(nodes: number, seed: number): World {
  return new World(
    optionsOf(seed, {
      nodes,
      settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
      // A dead machine refuses nothing: the slowest way to notice.
      network: { loss: 0, duplication: 0, delayMs: { low: 0.5, high: 3 }, tailChance: 0, tailMs: 0, refusalChance: 0 },
      disk: { syncMs: 1, slowChance: 0, slowMs: 0 },
      clocks: { skewMs: 5, drift: 0 },
      faults: { names: [], everyMs: 1_000 },
    }),
  );
}

function passUntil(world: World, patienceMs: number, what: string, isTrue: () => boolean): void {
  const giveUpAtMs = world.nowMs + patienceMs;
  while (!isTrue()) {
    if (world.nowMs >= giveUpAtMs) throw new Error(`waited ${patienceMs / 1_000} s in vain for ${what}`);
    world.timeline.runTo(world.nowMs + 100);
  }
}
