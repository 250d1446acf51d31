/**
 * Calls back when it was not restarted for a while. After a pause of this process (SIGSTOP, suspend) what came in meanwhile is looked
 * at first: a timer that is late says nothing about the other side.
 */
export class Watchdog {
  readonly #silenceMs: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;

  constructor(silenceMs: number, onSilence: () => void) {
    this.#silenceMs = silenceMs;
    this.#onSilence = onSilence;
  }

  /** Counts from now on. */
  restart(): void {
    clearImmediate(this.#lastLook);
    if (this.#timer !== undefined) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#onTimer(), this.#silenceMs);
  }

  stop(): void {
    clearImmediate(this.#lastLook);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onTimer(): void {
    this.#timer = undefined;
    // Sockets are read between timers and immediates.
    this.#lastLook = setImmediate(this.#onSilence);
  }
}
