import { performance } from 'node:perf_hooks';
import { checkOneRing } from './checkers/one-ring.js';
import { startStopped } from './faults.js';
import { aRing } from './membership-figures.js';
import type { SimulatedNode } from './simulated-node.js';

/** What an hour of comings and goings does to a ring. */
export interface ChurnFigures {
  readonly crashes: number;
  readonly stops: number;
  readonly pauses: number;
  /** Seconds of all nodes together in which somebody held one down that was up and had not stood still for a while. */
  readonly falselyDownSeconds: number;
  /** From the end of it until all have one roster, with everybody up in it. */
  readonly wholeAgainSeconds: number;
  readonly messagesPerSecondAndNode: number;
  readonly tookSeconds: number;
}

const HOUR_MS = 3_600_000;
/** Something happens to every node so often. */
const EACH_EVERY_MS = 300_000;
const AWAY_MS = { low: 500, high: 60_000 };
const PAUSE_MS = { low: 500, high: 10_000 };
/** A node that came back, or moves again, is known by all to be there after so long. */
const KNOWN_MS = 20_000;
const LOOK_MS = 1_000;
const PATIENCE_MS = 120_000;

export function churnFigures(nodes: number): ChurnFigures {
  const began = performance.now();
  const world = aRing(nodes, 1);
  const random = world.random.stream();
  const counts = { crashes: 0, stops: 0, pauses: 0 };
  const unsettledUntilMs = new Map<SimulatedNode, number>();
  const untilMs = world.nowMs + HOUR_MS;
  const before = world.counts.get('messages') ?? 0;
  let falselyDownSeconds = 0;

  const strike = (): void => {
    const running = world.running().filter(({ isPaused }) => !isPaused);
    const node = random.pick(running);
    const kind = random.pick(['crashes', 'stops', 'pauses'] as const);
    const forMs = kind === 'pauses' ? random.between(PAUSE_MS.low, PAUSE_MS.high) : random.between(AWAY_MS.low, AWAY_MS.high);
    counts[kind]++;
    unsettledUntilMs.set(node, world.nowMs + forMs + KNOWN_MS);
    if (kind === 'pauses') node.pause(forMs);
    else {
      if (kind === 'crashes') node.crash();
      else node.feed({ type: 'leave', mode: 'away' });
      world.timeline.after(forMs, () => {
        if (node.isRunning) node.stop('stopped');
        node.start();
      });
    }
  };
  while (world.nowMs < untilMs) {
    for (let i = 0; i < nodes; i++) if (random.chance(LOOK_MS / EACH_EVERY_MS)) strike();
    world.timeline.runTo(world.nowMs + LOOK_MS);
    for (const node of world.running()) {
      if (world.nowMs < (unsettledUntilMs.get(node) ?? 0)) continue;
      const isHeldDown = world.running().some(({ ring, isPaused }) => !isPaused && ring!.membership.roster.get(node.nodeId)?.state === 'down');
      if (isHeldDown) falselyDownSeconds += LOOK_MS / 1_000;
    }
  }
  const messagesPerSecondAndNode = ((world.counts.get('messages') ?? 0) - before) / (HOUR_MS / 1_000) / nodes;
  const endMs = world.nowMs;
  const isWhole = () => world.running().length === nodes && checkOneRing(world).length === 0;
  while (world.nowMs < endMs + PATIENCE_MS && !isWhole()) {
    world.timeline.runTo(world.nowMs + LOOK_MS);
    if (world.nowMs > endMs + AWAY_MS.high) startStopped(world);
  }
  return { ...counts, falselyDownSeconds, wholeAgainSeconds: isWhole() ? (world.nowMs - endMs) / 1_000 : Infinity, messagesPerSecondAndNode, tookSeconds: (performance.now() - began) / 1_000 };
}
