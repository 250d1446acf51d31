import { type Effect, type Input, nextDueMs, type RingState, step, type Surroundings } from '../ring/index.js';

/** Timers beyond this are set again when it is over: setTimeout counts in 32 bits. In milliseconds. */
const SLEEP_MAX_MS = 60_000;

/** One step as it happened: replayed on an equal state it gives equal effects. */
export interface TracedStep {
  readonly input: Input;
  readonly surroundings: Surroundings;
  readonly effects: readonly Effect[];
}

interface CoreHands {
  readonly draw: () => Surroundings;
  readonly carryOut: (effects: readonly Effect[]) => void;
  readonly fail: (cause: unknown) => void;
  readonly trace?: (step: TracedStep) => void;
}

/** Feeds the core one input at a time and wakes it when its next timer is due. */
export class Core {
  readonly #ring: RingState;
  readonly #draw: () => Surroundings;
  readonly #carryOut: (effects: readonly Effect[]) => void;
  readonly #fail: (cause: unknown) => void;
  readonly #trace: ((step: TracedStep) => void) | undefined;
  readonly #inputs: Input[] = [];
  #feeding = false;
  #timer: NodeJS.Timeout | undefined;
  /** When it fires, on the clock of the core. */
  #wakesAtMs = Infinity;
  #stopped = false;

  constructor(ring: RingState, hands: CoreHands) {
    this.#ring = ring;
    this.#draw = hands.draw;
    this.#carryOut = hands.carryOut;
    this.#fail = hands.fail;
    this.#trace = hands.trace;
  }

  /** Safe to call from within an effect: the input waits for its turn. */
  feed(input: Input): void {
    if (this.#stopped) return;
    this.#inputs.push(input);
    if (this.#feeding) return;
    this.#feeding = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined && !this.#stopped; next = this.#inputs.shift()) {
        const surroundings = this.#draw();
        const input = this.#trace === undefined ? next : structuredClone(next);
        const effects = step(this.#ring, next, surroundings);
        this.#trace?.({ input, surroundings, effects: structuredClone(effects) });
        this.#carryOut(effects);
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

  /** Sees to it that the core is woken when it wants to be. Earlier does no harm, and timers are mostly cleared before they are due. */
  arm(): void {
    const dueMs = nextDueMs(this.#ring.timers);
    if (this.#stopped || dueMs === undefined || dueMs >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    const inMs = Math.min(Math.max(0, Math.ceil(dueMs - this.#draw().nowMs)), SLEEP_MAX_MS);
    this.#wakesAtMs = dueMs;
    // What came in while this process was busy is looked at before it is judged late: sockets are read between timers and immediates.
    this.#timer = setTimeout(() => setImmediate(() => this.#wake()), inMs);
  }

  #wake(): void {
    this.#wakesAtMs = Infinity;
    this.feed({ type: 'tick' });
  }

  stop(): void {
    this.#stopped = true;
    this.#inputs.length = 0;
    clearTimeout(this.#timer);
  }
}
