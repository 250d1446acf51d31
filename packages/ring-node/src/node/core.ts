import { type Effect, type Input, nextDueMs, type RingState, step, type Surroundings } from '../ring/index.js';

/** Timers beyond this are set again when it is over: setTimeout counts in 32 bits. In milliseconds. */
const SLEEP_MAX_MS = 60_000;

/** Feeds the core one input at a time and wakes it when its next timer is due. */
export class Core {
  readonly #ring: RingState;
  readonly #draw: () => Surroundings;
  readonly #carryOut: (effects: readonly Effect[]) => void;
  readonly #fail: (cause: unknown) => void;
  readonly #inputs: Input[] = [];
  #feeding = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(ring: RingState, draw: () => Surroundings, carryOut: (effects: readonly Effect[]) => void, fail: (cause: unknown) => void) {
    this.#ring = ring;
    this.#draw = draw;
    this.#carryOut = carryOut;
    this.#fail = fail;
  }

  /** Safe to call from within an effect: the input waits for its turn. */
  feed(input: Input): void {
    if (this.#stopped) return;
    this.#inputs.push(input);
    if (this.#feeding) return;
    this.#feeding = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined && !this.#stopped; next = this.#inputs.shift()) {
        this.#carryOut(step(this.#ring, next, this.#draw()));
      }
    } catch (cause) {
      // A mistake of our own. The state may be half changed: what this node would say from here on could be false.
      this.stop();
      this.#fail(cause);
    } finally {
      this.#feeding = false;
    }
    this.arm();
  }

  /** Sets the one real timer to the moment when the core wants to be woken. */
  arm(): void {
    clearTimeout(this.#timer);
    const dueMs = nextDueMs(this.#ring.timers);
    if (this.#stopped || dueMs === undefined) return;
    const inMs = Math.min(Math.max(0, Math.ceil(dueMs - this.#draw().nowMs)), SLEEP_MAX_MS);
    this.#timer = setTimeout(() => this.feed({ type: 'tick' }), inMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#inputs.length = 0;
    clearTimeout(this.#timer);
  }
}
