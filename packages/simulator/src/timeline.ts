import { Heap } from '@coring/ring-node/ring';

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** The virtual clock and everything that is going to happen on it. What falls on one moment happens in the order in which it was planned. */
export class Timeline {
  nowMs = 0;
  readonly #planned = new Heap<Happening>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
  #order = 0;

  after(delayMs: number, happen: () => void): void {
    this.at(this.nowMs + delayMs, happen);
  }

  at(atMs: number, happen: () => void): void {
    this.#planned.push({ atMs: Math.max(atMs, this.nowMs), order: this.#order++, happen });
  }

  /** Lets everything up to a moment happen. Ends early where `isOver` says so. */
  runTo(untilMs: number, isOver: () => boolean = () => false): void {
    for (;;) {
      const next = this.#planned.peek();
      if (next === undefined || next.atMs > untilMs) break;
      if (isOver()) return;
      this.#planned.pop();
      this.nowMs = next.atMs;
      next.happen();
    }
    this.nowMs = untilMs;
  }
}
