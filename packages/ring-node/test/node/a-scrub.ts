import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Opened, Store } from '@coring/file-store';
import type { FileVersion, Stamp } from '@coring/protocol';
import { KeptBytes } from '../../src/node/kept-bytes.js';
import { noLog } from '../../src/node/log.js';
import { Scrub, type ScrubParts } from '../../src/node/scrub.js';
import type { RingEvent } from '../../src/ring/index.js';

export const FAST = 1e12;

export interface AScrub {
  readonly scrub: Scrub;
  readonly damaged: readonly string[];
  readonly events: readonly RingEvent[];
  /** The names of which copies were opened, in order. */
  readonly reads: readonly string[];
}

/** On the real clock, only when asked to and as fast as can be, unless a test says otherwise. */
export async function aScrub(store: Store, parts: Partial<ScrubParts> = {}): Promise<AScrub> {
  const damaged: string[] = [];
  const events: RingEvent[] = [];
  const reads: string[] = [];
  const keptBytes = new (class extends KeptBytes {
    override read(name: string, version: Stamp): Promise<Opened | undefined> {
      reads.push(name);
      return super.read(name, version);
    }
  })(store, (name) => void damaged.push(name), noLog());
  const clock = { now: Date.now, wait: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal, ref: false }) };
  const scrub = new Scrub({ store, keptBytes, tell: (event) => events.push(event), isBusy: () => false, log: noLog(), everyMs: Infinity, rate: FAST, ...clock, ...parts });
  await scrub.begin();
  return { scrub, damaged, events, reads };
}

/** Keeps bytes under a register that has the digest of `expected`. */
export async function keep(store: Store, name: string, bytes: string, expected = bytes): Promise<void> {
  const version: Stamp = { time: 1, node: 'a'.repeat(32) };
  const digest = createHash('sha256').update(expected).digest('hex');
  const value: FileVersion = { version, digest, size: bytes.length, contentType: '', modifiedMs: 0, deleted: false, seen: {}, conflicts: [], ops: [] };
  await store.commit([
    { do: 'keep', name, version, token: store.take(Buffer.from(bytes)) },
    { do: 'put', space: 'register', key: name, value: { copied: false, value, branches: [], committed: {} } },
  ]);
}

interface Wait {
  readonly atMs: number;
  readonly end: () => void;
}

/** A clock that stands still while a scrub is at work, and goes on to its next wait when it waits. */
export class ScrubClock {
  nowMs: number;
  readonly #waits = new Set<Wait>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  readonly now = (): number => this.nowMs;

  readonly wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waits.delete(wait);
        reject(new Error('stopped'));
      };
      const wait = {
        atMs: this.nowMs + ms,
        end: () => {
          signal.removeEventListener('abort', stop);
          this.#waits.delete(wait);
          resolve();
        },
      };
      this.#waits.add(wait);
      signal.addEventListener('abort', stop);
    });

  /** Lets all happen that is due by then. */
  async runTo(untilMs: number, scrub: Scrub): Promise<void> {
    for (;;) {
      // It waits for the next look whether it runs or not, and while it runs for its rate.
      while (this.#waits.size < (scrub.state().state === 'running' ? 2 : 1)) await new Promise(setImmediate);
      const next = [...this.#waits].reduce((a, b) => (b.atMs < a.atMs ? b : a));
      if (next.atMs > untilMs) break;
      this.nowMs = next.atMs;
      next.end();
      await new Promise(setImmediate);
    }
    this.nowMs = untilMs;
  }
}
