/** No single wait is longer, in milliseconds: a rate that changes shows soon. */
const WAIT_MS_MAX = 1_000;
/** Shorter ones are saved up: a timer is no finer. */
const WAIT_MS_MIN = 10;

/** Holds whoever spends bytes to a rate, in bytes per second, which may change at any time. */
export class Throttle {
  readonly #rate: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #owedMs = 0;

  constructor(rate: () => number, wait: (ms: number) => Promise<unknown>) {
    this.#rate = rate;
    this.#wait = wait;
  }

  /** Resolves when as many bytes are paid for. */
  async spend(bytes: number): Promise<void> {
    this.#owedMs += (bytes * 1_000) / this.#rate();
    while (this.#owedMs >= WAIT_MS_MIN) {
      const ms = Math.min(this.#owedMs, WAIT_MS_MAX);
      this.#owedMs -= ms;
      await this.#wait(ms);
    }
  }
}
