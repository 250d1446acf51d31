import { hash64 } from '@coring/protocol';
import { Random } from './random.js';
import type { Timeline } from './timeline.js';

/**
 * All that chance decided in a run: by whom it was drawn, at which moment. Played back into a run that lacks a step, what does not depend on that
 * step meets the same chances at the same moments, and so happens as it did; only what happens otherwise draws anew.
 */
export class Tape {
  readonly #fractions = new Map<string, number>();
  readonly #wakes = new Map<string, number[]>();
  #isRecorded = false;

  /** From now on it is played back. */
  rewind(): void {
    this.#isRecorded = true;
  }

  stream(who: string, seed: number, timeline: Timeline): Random {
    const { fraction } = new Random(seed);
    let atMs = -1;
    let drawn = 0;
    return new Random(seed, () => {
      if (timeline.nowMs !== atMs) drawn = 0;
      atMs = timeline.nowMs;
      const key = `${who} ${atMs} ${drawn++}`;
      if (this.#isRecorded) return this.#fractions.get(key) ?? new Random(hash64(key).low ^ seed).fraction();
      const one = fraction();
      this.#fractions.set(key, one);
      return one;
    });
  }

  /** When a node woke for a timer that was due at some moment of its clock, at `fromMs` or later. */
  wakesAtMs(who: string, dueMs: number, fromMs: number): number | undefined {
    return this.#isRecorded ? this.#wakes.get(`${who} ${dueMs}`)?.find((atMs) => atMs >= fromMs) : undefined;
  }

  woke(who: string, dueMs: number, atMs: number): void {
    if (this.#isRecorded) return;
    const key = `${who} ${dueMs}`;
    this.#wakes.set(key, [...(this.#wakes.get(key) ?? []), atMs]);
  }
}
