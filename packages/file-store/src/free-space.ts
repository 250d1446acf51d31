import { diskError, StoreError } from './error.js';
import type { Files } from './files.js';

/** How old an answer of the file system may be, in milliseconds. */
const FRESH_MS = 1000;

/**
 * Whether new bytes may come in: not where they would leave less of the disk than a reserve. Records, deletions and the tidying up of the log
 * live on the reserve meanwhile, so that a full disk stops nobody from making room on it; and bytes that take the place of damaged ones may use
 * half of it.
 */
export class FreeSpace {
  readonly #files: Files;
  readonly #dir: string;
  readonly #reserveBytes: number;
  #freeBytes: number;
  /** Let in since the file system was asked. */
  #sinceBytes = 0;
  #askedMs = performance.now();
  #asking: Promise<void> | undefined;

  constructor(files: Files, dir: string, reserveBytes: number, freeBytes: number) {
    this.#files = files;
    this.#dir = dir;
    this.#reserveBytes = reserveBytes;
    this.#freeBytes = freeBytes;
  }

  get isShort(): boolean {
    return this.#freeBytes - this.#sinceBytes < this.#reserveBytes;
  }

  /** Asks the file system anew where the last answer is old, or bad. */
  async look(): Promise<void> {
    if (this.isShort || performance.now() - this.#askedMs > FRESH_MS) await this.ask();
  }

  /** Lets so many bytes in. @throws StoreError `disk-full` */
  admit(bytes: number, { mends }: { readonly mends: boolean }): void {
    this.#sinceBytes += bytes;
    const keptBack = mends ? this.#reserveBytes / 2 : this.#reserveBytes;
    const isShort = this.#freeBytes - this.#sinceBytes < keptBack;
    if (isShort) this.#sinceBytes -= bytes;
    if (isShort || performance.now() - this.#askedMs > FRESH_MS) void this.ask().catch(() => {});
    if (isShort) throw new StoreError('disk-full', `the disk has less than ${keptBack} bytes left beside what is let in: nothing new is taken`);
  }

  /** For new bytes, in bytes. */
  async bytesLeft(): Promise<number> {
    await this.ask();
    return Math.max(0, this.#freeBytes - this.#reserveBytes);
  }

  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { freeBytes } = await this.#files.space(this.#dir).catch((cause: unknown) => {
      throw diskError(cause, 'ask for the free space');
    });
    this.#freeBytes = freeBytes;
    this.#sinceBytes = 0;
    this.#askedMs = performance.now();
  }
}
