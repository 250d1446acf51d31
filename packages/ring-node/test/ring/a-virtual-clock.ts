import { Heap } from '../../src/ring/index.js';

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that moves from one thing that happens to the next. What happens at one moment does so in the order in which it was planned. */
export class VirtualClock {
  nowMs = 0;
  readonly #queue = new Heap<Happening>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
  #order = 0;

  at(inMs: number, run: () => void): void {
    this.#queue.push({ atMs: this.nowMs + inMs, order: this.#order++, run });
  }

  /** Lets everything happen up to that moment of the virtual clock. */
  run(untilMs: number): void {
    for (let next = this.#queue.peek(); next !== undefined && next.atMs <= untilMs; next = this.#queue.peek()) this.#happen();
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  runFor(ms: number): void {
    this.run(this.nowMs + ms);
  }

  /** Lets things happen until the predicate holds. Whether it did within `maxMs`. */
  until(predicate: () => boolean, maxMs: number): boolean {
    const endMs = this.nowMs + maxMs;
    while (!predicate()) {
      const next = this.#queue.peek();
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = endMs;
        return predicate();
      }
      this.#happen();
    }
    return true;
  }

  #happen(): void {
    const { atMs, run } = this.#queue.pop()!;
    this.nowMs = Math.max(this.nowMs, atMs);
    run();
  }
}
