import { ClientError } from './client-error.js';

/** How long a request may go without any progress, at all nodes together; then its signal aborts with `nobody-answered`. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #hasEnded = false;
  readonly signal: AbortSignal;
  /** How long one node may be silent before it is asked whether it lives. */
  readonly quietMs: number;
  /** At the latest so often it is looked whether bytes move: several times before the time is up. */
  readonly lookEveryMsMax: number;
  /** How long nodes that answer 503 are asked again. */
  readonly refusedForMs: number;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.quietMs = Math.max(50, Math.min(2000, timeoutMs / 4));
    this.refusedForMs = Math.min(5000, timeoutMs / 2);
    this.lookEveryMsMax = Math.min(15_000, timeoutMs / 3);
    this.signal = signal === undefined ? this.#controller.signal : AbortSignal.any([signal, this.#controller.signal]);
    this.#timer = setTimeout(() => this.#controller.abort(new ClientError('nobody-answered', `nobody answered within ${timeoutMs / 1000} s`)), timeoutMs);
  }

  /** Bytes moved: the time starts anew. */
  progress(): void {
    if (!this.#hasEnded && !this.signal.aborted) this.#timer.refresh();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }
}
