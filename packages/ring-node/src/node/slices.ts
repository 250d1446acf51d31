import { setImmediate as next } from 'node:timers/promises';

/** How long a work may go on while everything else waits, in milliseconds. */
const SLICE_MS = 5;

/** Cuts a long work in pieces between which the node does everything else. */
export class Slices {
  #sinceMs = performance.now();

  /** Whether it is time to `pause`. */
  get isOver(): boolean {
    return performance.now() - this.#sinceMs > SLICE_MS;
  }

  async pause(): Promise<void> {
    await next();
    this.#sinceMs = performance.now();
  }
}
