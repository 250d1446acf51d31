import type { Opened, Store } from '@coring/file-store';
import { compareStamps, type ScrubBody } from '@coring/protocol';
import { isKept, type Register, type RingEvent, wantedBy } from '../ring/index.js';
import type { KeptBytes } from './kept-bytes.js';
import type { Log } from './log.js';
import { streamDigest } from './stream-digest.js';
import { Throttle } from './throttle.js';

export interface ScrubParts {
  readonly store: Store;
  readonly keptBytes: KeptBytes;
  readonly tell: (event: RingEvent) => void;
  /** Whether clients keep the node busy just now. */
  readonly isBusy: () => boolean;
  readonly log: Log;
  /** How often all is read, in milliseconds; Infinity for only when asked to. */
  readonly everyMs: number;
  /** How fast where it was asked for, in bytes per second. */
  readonly rate: number;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after so many milliseconds; rejects as soon as the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** How far a scrub is, as it is written down: after a restart it goes on there. Times are of the wall clock, in milliseconds. */
interface Progress {
  readonly startedMs: number;
  finishedMs?: number;
  /** Names up to this one are done. */
  after: string;
  files: number;
  bytes: number;
  damaged: number;
}

const PLACE = { space: 'scrub', key: 'progress' } as const;
const SAVE_EVERY_MS = 30_000;
const NAMES_AT_ONCE = 100;
/** What it costs to look a name up, as if so many bytes were read. */
const NAME_BYTES = 512;
/** A scrub of the node's own accord takes half of its time, but is no slower than this, in bytes per second. */
const LEAST_RATE = 1_000_000;
/** How often it is looked whether the next one is due, and how long after a start the first time, in milliseconds. */
const LOOK_MS = 60_000;

/**
 * Reads everything that this node keeps, at a gentle pace, and compares it with the digests in its registers: what is damaged or missing is found
 * before it is the last copy. What is found counts no more and is fetched from another holder.
 */
export class Scrub {
  readonly #parts: ScrubParts;
  readonly #stopping = new AbortController();
  #progress: Progress | undefined;
  #isAsked = false;
  /** Read of the name that is being read. */
  #bytesOfName = 0;
  #total = { files: 0, bytes: 0 };
  #savedMs = 0;
  #running: Promise<void> | undefined;

  constructor(parts: ScrubParts) {
    this.#parts = parts;
  }

  /** Goes on with what a stop has cut off, and begins anew whenever it is time. */
  async begin(): Promise<void> {
    const { store, log } = this.#parts;
    this.#progress = (await store.get(PLACE.space, PLACE.key).catch((error: unknown) => {
      // Then all is read anew: no reason for a node not to start.
      log.warn({ err: error }, 'how far the scrub was cannot be read');
      return undefined;
    })) as Progress | undefined;
    void this.#keepLooking();
  }

  /** Begins a scrub, or hurries the one under way. */
  ask(): void {
    this.#isAsked = true;
    this.#start();
  }

  state(): ScrubBody {
    const { startedMs, finishedMs, files = 0, damaged = 0 } = this.#progress ?? {};
    const bytes = (this.#progress?.bytes ?? 0) + this.#bytesOfName;
    const isRunning = this.#running !== undefined;
    return {
      state: isRunning ? 'running' : 'idle',
      files,
      bytes,
      damaged,
      ...(startedMs === undefined ? {} : { started: new Date(startedMs).toISOString() }),
      ...(finishedMs === undefined ? {} : { finished: new Date(finishedMs).toISOString() }),
      ...(isRunning ? { filesTotal: this.#total.files, bytesTotal: this.#total.bytes, secondsLeft: Math.ceil(Math.max(0, this.#total.bytes - bytes) / this.#rate) } : {}),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  get #rate(): number {
    const { everyMs, rate } = this.#parts;
    return this.#isAsked ? rate : Math.max(LEAST_RATE, (2_000 * this.#total.bytes) / everyMs);
  }

  async #keepLooking(): Promise<void> {
    const { wait } = this.#parts;
    const { signal } = this.#stopping;
    const isOn = (): Promise<boolean> => wait(LOOK_MS, signal).then(() => true, () => false);
    while (await isOn()) this.#look();
  }

  #look(): void {
    const { startedMs, finishedMs } = this.#progress ?? {};
    const isCutOff = startedMs !== undefined && finishedMs === undefined;
    if (isCutOff || this.#parts.now() - (finishedMs ?? 0) >= this.#parts.everyMs) this.#start();
  }

  #start(): void {
    if (this.#stopping.signal.aborted || this.#running !== undefined) return;
    if (this.#progress === undefined || this.#progress.finishedMs !== undefined) this.#progress = { startedMs: this.#parts.now(), after: '', files: 0, bytes: 0, damaged: 0 };
    this.#running = this.#run(this.#progress).finally(() => {
      this.#running = undefined;
      this.#isAsked = false;
      this.#bytesOfName = 0;
    });
  }

  async #run(progress: Progress): Promise<void> {
    try {
      await this.#readAll(progress);
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#save(0);
      else this.#parts.log.warn({ err: error }, 'reading all copies was broken off');
    }
  }

  async #readAll(progress: Progress): Promise<void> {
    const { store, tell, isBusy, now, wait } = this.#parts;
    const { signal } = this.#stopping;
    this.#total = await store.figures();
    // Clients come first.
    const throttle = new Throttle(() => (isBusy() ? this.#rate / 4 : this.#rate), (ms) => wait(ms, signal));
    for (;;) {
      const names = await store.names('register', { prefix: '', after: progress.after, limit: NAMES_AT_ONCE });
      for (const name of names) {
        await throttle.spend(NAME_BYTES);
        const copies = await this.#scrubName(name, progress, throttle);
        progress.after = name;
        if (copies > 0) progress.files++;
        progress.bytes += this.#bytesOfName;
        this.#bytesOfName = 0;
        await this.#save(SAVE_EVERY_MS);
      }
      if (names.length < NAMES_AT_ONCE) break;
    }
    progress.finishedMs = now();
    await this.#save(0);
    tell({ type: 'scrubbed', files: progress.files, bytes: progress.bytes, damaged: progress.damaged, tookMs: progress.finishedMs - progress.startedMs });
  }

  /** Returns how many copies there are under the name. */
  async #scrubName(name: string, progress: Progress, throttle: Throttle): Promise<number> {
    const { store, keptBytes } = this.#parts;
    const digests = await this.#digestsOf(name, progress);
    const versions = store.kept(name);
    for (const version of versions) {
      const opened = await keptBytes.read(name, version);
      const digest = opened === undefined ? undefined : await this.#digestOf(opened, throttle);
      const expected = digests.find((one) => compareStamps(one.version, version) === 0)?.digest;
      if (digest !== undefined && (expected === undefined || digest === expected)) continue;
      // It may have gone while it was read: that is no damage.
      if (!isKept(store.kept(name), version)) continue;
      progress.damaged++;
      if (digest !== undefined) keptBytes.isWrong(name, version);
    }
    return versions.length;
  }

  async #digestsOf(name: string, progress: Progress): Promise<ReturnType<typeof wantedBy>> {
    try {
      const register = (await this.#parts.store.get('register', name)) as Register | undefined;
      return register === undefined ? [] : wantedBy(register);
    } catch (error) {
      this.#parts.log.error({ err: error }, `the record of ${JSON.stringify(name)} cannot be read`);
      progress.damaged++;
      return [];
    }
  }

  /** Sha-256 in hex; undefined where the bytes cannot be read to their end. */
  async #digestOf(opened: Opened, throttle: Throttle): Promise<string | undefined> {
    try {
      return await streamDigest(opened.stream, (bytes) => {
        this.#bytesOfName += bytes;
        return throttle.spend(bytes);
      });
    } catch (error) {
      this.#stopping.signal.throwIfAborted();
      this.#parts.log.debug({ err: error }, 'a copy could not be read to its end');
      return undefined;
    }
  }

  async #save(everyMs: number): Promise<void> {
    const nowMs = this.#parts.now();
    if (nowMs - this.#savedMs < everyMs) return;
    this.#savedMs = nowMs;
    try {
      await this.#parts.store.commit([{ do: 'put', ...PLACE, value: { ...this.#progress } }]);
    } catch (error) {
      // On a full disk, say: so much is read again after a restart.
      this.#parts.log.debug({ err: error }, 'how far the scrub is was not written down');
    }
  }
}
