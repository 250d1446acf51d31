import { diskError, StoreError } from './error.js';
import { type Files, type OpenFile, unlessCode } from './files.js';
import { encodeLine } from './journal-line.js';
import type { Layout } from './layout.js';

/** A journal shorter than this is never rewritten, in bytes. */
const REWRITE_FLOOR_BYTES = 4 * 1024 * 1024;
/** Of a rewrite, handed to the file system at a time. */
const SLICE_BYTES = 1024 * 1024;

/** The journal, rewritten in the background: everything that counts, then what was appended meanwhile. */
interface Rewrite {
  readonly file: OpenFile;
  size: number;
  /** Lines appended to the old journal since the rewrite began. */
  readonly since: Buffer[];
  state: 'writing' | 'written' | 'failed';
}

/** Where the journal ends and from what length on it is worth a rewrite; both in bytes. */
export interface JournalLengths {
  readonly size: number;
  readonly rewrittenSize: number;
}

/** Appends to the journal, one caller at a time. */
export class Journal {
  readonly #files: Files;
  readonly #layout: Layout;
  /** First line of every journal of this store. */
  readonly #header: Buffer;
  #file: OpenFile;
  #size: number;
  #rewrittenSize: number;
  #rewrite: Rewrite | undefined;
  #rewriting: Promise<void> = Promise.resolve();
  #failure: StoreError | undefined;

  constructor(files: Files, layout: Layout, header: Buffer, file: OpenFile, { size, rewrittenSize }: JournalLengths) {
    this.#files = files;
    this.#layout = layout;
    this.#header = header;
    this.#file = file;
    this.#size = size;
    this.#rewrittenSize = rewrittenSize;
  }

  /**
   * Makes the entries durable as one batch.
   * @throws StoreError `disk-full`, `disk-failed`: as if never called; once a sync failed nothing can be appended any more
   */
  async append(entries: readonly string[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#adoptRewrite();
    const line = encodeLine(`[${entries.join(',')}]`);
    try {
      await this.#file.write(this.#size, line);
    } catch (cause) {
      await this.#file.truncate(this.#size).catch((second: unknown) => this.#fail(second));
      throw diskError(cause, 'write to the journal');
    }
    // After a failed sync nobody knows what the disk has: the system may have dropped the pages and say yes the next time
    // (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
    await this.#file.sync().catch((cause: unknown) => this.#fail(cause));
    this.#size += line.length;
    this.#rewrite?.since.push(line);
  }

  /** Whether garbage outweighs what counts. */
  isWorthRewriting(): boolean {
    return this.#rewrite === undefined && this.#failure === undefined && this.#size > REWRITE_FLOOR_BYTES && this.#size > 2 * this.#rewrittenSize;
  }

  /**
   * Begins to write a shorter journal, and returns once begun. The entries are taken while others are appended: those are replayed after them, and
   * the last word on a key counts, so that it does not matter whether a change made meanwhile is among the entries too.
   */
  async beginRewrite(entries: Iterable<string>): Promise<void> {
    try {
      await this.#files.remove(this.#layout.newJournal).catch(unlessCode('ENOENT'));
      const rewrite: Rewrite = { file: await this.#files.open(this.#layout.newJournal, 'create'), size: 0, since: [], state: 'writing' };
      this.#rewrite = rewrite;
      this.#rewriting = writeAll(rewrite, this.#header, entries);
    } catch {
      this.#postponeRewrite();
    }
  }

  /** Waits for a rewrite under way, then closes. */
  async close(): Promise<void> {
    await this.#rewriting;
    await this.#rewrite?.file.close();
    await this.#file.close();
  }

  async #adoptRewrite(): Promise<void> {
    const rewrite = this.#rewrite;
    if (rewrite === undefined || rewrite.state === 'writing') return;
    this.#rewrite = undefined;
    if (rewrite.state === 'failed' || !(await this.#replaceBy(rewrite))) {
      this.#postponeRewrite();
      await rewrite.file.close();
      return;
    }
    // Before anything is appended to it: after a crash the old journal could be back.
    await this.#files.syncFolder(this.#layout.dir).catch((cause: unknown) => this.#fail(cause));
    await this.#file.close();
    this.#file = rewrite.file;
    this.#size = rewrite.size;
    this.#rewrittenSize = rewrite.size;
  }

  async #replaceBy(rewrite: Rewrite): Promise<boolean> {
    try {
      for (const line of rewrite.since) await writeLine(rewrite, line);
      await rewrite.file.sync();
      await this.#files.rename(this.#layout.newJournal, this.#layout.journal);
      return true;
    } catch {
      return false;
    }
  }

  /** The old journal goes on; the next attempt waits until it is twice as long. */
  #postponeRewrite(): void {
    this.#rewrittenSize = this.#size;
  }

  #fail(cause: unknown): never {
    const message = `the disk failed under the journal in ${this.#layout.dir}: check the disk, then start again`;
    this.#failure = new StoreError('disk-failed', message, { cause });
    throw this.#failure;
  }
}

/** Never throws: whoever adopts the rewrite looks at its state. */
async function writeAll(rewrite: Rewrite, header: Buffer, entries: Iterable<string>): Promise<void> {
  try {
    await writeLine(rewrite, header);
    for (const line of linesOf(entries)) await writeLine(rewrite, line);
    rewrite.state = 'written';
  } catch {
    rewrite.state = 'failed';
  }
}

async function writeLine(rewrite: Rewrite, line: Buffer): Promise<void> {
  await rewrite.file.write(rewrite.size, line);
  rewrite.size += line.length;
}

/** Lines of about SLICE_BYTES. */
function* linesOf(entries: Iterable<string>): Generator<Buffer> {
  let slice: string[] = [];
  let length = 0;
  for (const entry of entries) {
    slice.push(entry);
    length += entry.length;
    if (length < SLICE_BYTES) continue;
    yield encodeLine(`[${slice.join(',')}]`);
    slice = [];
    length = 0;
  }
  if (slice.length > 0) yield encodeLine(`[${slice.join(',')}]`);
}
