import { performance } from 'node:perf_hooks';
import { gradeOf } from './history.js';
import type { World } from './world.js';

/** What many runs came to, in one line. */
export class Summary {
  violated = 0;
  readonly #startedMs = performance.now();
  readonly #counts = new Map<string, number>();
  #runs = 0;

  constructor(
    readonly from: number,
    readonly seeds: number,
  ) {}

  add(world: World): void {
    this.#runs++;
    if (world.violations.length > 0) this.violated++;
    for (const [what, count] of world.counts) this.#count(what, count);
    for (const { answer, lost } of world.history.operations) {
      if (lost) this.#count('operations lost', 1);
      else this.#count(`operations ${gradeOf(answer) ?? 'unknown'}`, 1);
    }
  }

  line(): string {
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what} ${count}`);
    const speed = (this.#runs / seconds).toFixed(1);
    return `seeds ${this.from} to ${this.from + this.seeds - 1}: ${this.violated} of ${this.#runs} violated, ${speed} seeds/s; ${counts.join(', ')}`;
  }

  #count(what: string, by: number): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }
}
