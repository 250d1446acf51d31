import { type Store, StoreError } from '@coring/file-store';
import type { Input } from '../ring/index.js';
import type { Log } from './log.js';
import type { Traffic } from './traffic.js';

/** How often the core is told, in milliseconds. */
const EVERY_MS = 2_000;

interface Parts {
  readonly store: Pick<Store, 'figures'>;
  readonly clientTraffic: Pick<Traffic, 'bytesIn' | 'bytesOut'>;
  readonly feed: (input: Input) => void;
  readonly fail: (cause: StoreError) => void;
  readonly log: Log;
}

/** Tells the core what it cannot see: what the disk holds, and how much goes to and comes from clients. */
export class Figures {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #bytes = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    this.#timer = setInterval(() => {
      this.tellLoad(performance.now());
      void this.#tellStore();
    }, EVERY_MS);
    this.tellLoad(performance.now());
    await this.#tellStore();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** What there was since the last look, unless that is the same again. */
  tellLoad(nowMs: number): void {
    const { clientTraffic, feed } = this.#parts;
    const bytes = clientTraffic.bytesIn + clientTraffic.bytesOut;
    // Of what a connection that was cut had not sent yet, some is counted back.
    const bytesPerSecond = Math.max(0, Math.round(((bytes - this.#bytes) * 1_000) / (nowMs - this.#lookedMs)));
    this.#bytes = bytes;
    this.#lookedMs = nowMs;
    if (bytesPerSecond === this.#told) return;
    this.#told = bytesPerSecond;
    feed({ type: 'load', bytesPerSecond });
  }

  async #tellStore(): Promise<void> {
    const { store, feed, fail, log } = this.#parts;
    try {
      feed({ type: 'figures', ...(await store.figures()) });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'lost-contents') fail(error);
      else log.warn({ err: error }, 'the store gives no figures');
    }
  }
}
