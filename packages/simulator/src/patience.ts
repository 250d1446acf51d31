import { checkConvergence } from './checkers/convergence.js';
import type { Checker } from './checkers/checker.js';
import { checkOneRing, checkWhole } from './checkers/one-ring.js';
import type { World } from './world.js';

/** What a ring to which nothing happens any more is after this long, in milliseconds. */
const bounds: readonly { readonly name: string; readonly checker: Checker; readonly withinMs: number }[] = [
  { name: 'one-ring', checker: checkWhole, withinMs: 10_000 },
  { name: 'one-ring', checker: checkOneRing, withinMs: 30_000 },
  { name: 'convergence', checker: checkConvergence, withinMs: 30_000 },
];

/** Holds a ring to the time that it has when faults are over. */
export class Patience {
  readonly #kept = new Set<Checker>();
  #calmSinceMs: number;
  #standings: string;

  constructor(readonly world: World) {
    this.#calmSinceMs = world.nowMs;
    this.#standings = standingsOf(world);
  }

  /** `isWaiting`: what the ring is to become hangs on the operator. */
  look(isWaiting: boolean): void {
    const { world } = this;
    const standings = standingsOf(world);
    // Who leaves hands over first, in its own time.
    const isLeaving = world.running().some(({ ring }) => ring?.self.phase === 'leaving');
    if (isWaiting || isLeaving || standings !== this.#standings) {
      this.#standings = standings;
      this.#calmSinceMs = world.nowMs;
      this.#kept.clear();
    }
    for (const { name, checker, withinMs } of bounds) {
      if (this.#kept.has(checker) || world.nowMs - this.#calmSinceMs < withinMs) continue;
      this.#kept.add(checker);
      for (const fault of checker(world)) world.fail(name, `${withinMs / 1_000} s after all was calm: ${fault}`);
    }
  }
}

/** Nodes that start, end, go on or are let in and out, and copies of them: each is something that the ring has to hear of. */
function standingsOf({ nodes, clones }: World): string {
  return [...nodes, ...clones.nodes].map(({ standing, isPaused, ring }) => `${standing} ${isPaused} ${ring?.self.phase}`).join();
}
