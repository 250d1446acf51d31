import type { Random } from './random.js';

export interface ClockOptions {
  /** Wall clocks are off by up to this much, either way. */
  readonly skewMs: number;
  /** Monotonic clocks run faster or slower by up to this part. */
  readonly drift: number;
}

/** Where the virtual time 0 lies on everybody's calendar. */
const BEGINNING_MS = 1_790_000_000_000;

/** What a node's own clocks show: none of them agrees with another node's. */
export class NodeClock {
  /** Changes at a jump, and by what the clock has drifted when it begins to drift otherwise. */
  skewMs: number;
  /** By which part the wall clock runs faster than time, and since when. */
  #wallDrift = 0;
  #driftsSinceMs = 0;
  readonly #rate: number;
  #offsetMs: number;

  constructor(
    { skewMs, drift }: ClockOptions,
    readonly random: Random,
  ) {
    this.skewMs = random.between(-skewMs, skewMs);
    this.#rate = 1 + random.between(-drift, drift);
    this.#offsetMs = random.between(0, 100_000);
  }

  /** A new process counts from another zero. */
  restart(): void {
    this.#offsetMs = this.random.between(0, 100_000);
  }

  monotonicMs(worldMs: number): number {
    return this.#offsetMs + worldMs * this.#rate;
  }

  worldMs(monotonicMs: number): number {
    return (monotonicMs - this.#offsetMs) / this.#rate;
  }

  wallMs(worldMs: number): number {
    return Math.floor(BEGINNING_MS + worldMs + this.skewMs + this.#driftedMs(worldMs));
  }

  /** From now on the wall clock runs faster, or slower, by this part. */
  driftFrom(worldMs: number, by: number): void {
    this.skewMs += this.#driftedMs(worldMs);
    this.#driftsSinceMs = worldMs;
    this.#wallDrift = by;
  }

  #driftedMs(worldMs: number): number {
    return this.#wallDrift * (worldMs - this.#driftsSinceMs);
  }
}
