import { createHash, type Hash } from 'node:crypto';
import { diskError, StoreError } from './error.js';
import type { OpenFile } from './files.js';
import type { FreeSpace } from './free-space.js';
import type { LargeFiles } from './large-files.js';
import { asBuffer } from './opened.js';
import { SMALL_BYTES_MAX, type Staging } from './store.js';
import { BlockChecksums } from './trailer.js';

/** The disk that uploads go to. */
export interface UploadDisk {
  readonly large: LargeFiles;
  readonly space: FreeSpace;
}

export interface UploadOptions {
  /** Small uploads, and all where this is absent, stay in memory. */
  readonly disk: UploadDisk | undefined;
  readonly digest: boolean;
  readonly mends: boolean;
  /** Called once, when nobody may find the upload any more. */
  readonly forget: (token: string) => void;
}

/**
 * An upload: open, then sealed, `taken` while a commit is about to keep it (nobody else may remove it then), gone at last. Its bytes are in memory,
 * or in a file of their own from the moment there are more than SMALL_BYTES_MAX.
 */
export class Upload implements Staging {
  state: 'open' | 'sealed' | 'taken' | 'gone' = 'open';
  /** Whether it ended before it was sealed. */
  isBroken = false;
  /** Bytes in memory or with the file system, for whoever follows. */
  size = 0;
  readonly token: string;
  readonly #options: UploadOptions;
  /** What is in memory: all of it, unless there is a file. */
  #chunks: Buffer[] = [];
  /** The last pieces that went to the file while somebody followed, and where they begin. */
  #recent: { readonly begin: number; readonly bytes: Buffer }[] = [];
  #large: LargeUpload | undefined;
  /** Followers and, until it is gone, the upload itself. The last one closes the file. */
  #users = 1;
  readonly #hash: Hash | undefined;
  /** Settles with what was begun so far; rejects for ever once a write failed. */
  #worked: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(token: string, options: UploadOptions) {
    this.token = token;
    this.#options = options;
    this.#hash = options.digest ? createHash('sha256') : undefined;
  }

  /** The number of its large file, if it has one. */
  get file(): number | undefined {
    return this.#large?.number;
  }

  /** Of a sealed upload that is in memory. */
  get bytes(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#refuseUnlessOpen();
    await this.#work(() => this.#append(chunk), 'write an upload');
  }

  async seal(): Promise<{ size: number; digest: string }> {
    this.#refuseUnlessOpen();
    await this.#work(async () => this.#large?.finish(this.size), 'seal an upload');
    this.#refuseUnlessOpen();
    this.state = 'sealed';
    this.wake();
    return { size: this.size, digest: this.#hash?.digest('hex') ?? '' };
  }

  /** Seals it with bytes that are at hand. */
  fill(bytes: Uint8Array): void {
    this.#options.disk?.space.admit(bytes.length, this.#options);
    this.#chunks = [asBuffer(bytes)];
    this.size = bytes.length;
    this.state = 'sealed';
  }

  async discard(): Promise<void> {
    if (this.state === 'taken' || this.state === 'gone') return;
    await this.end();
    if (this.#large !== undefined) await this.#options.disk!.large.remove(this.#large.number);
  }

  /** At once nobody finds it any more; who follows it goes on if it was sealed. */
  async end(): Promise<void> {
    this.isBroken = this.state === 'open';
    this.state = 'gone';
    this.#options.forget(this.token);
    this.wake();
    await this.#worked.catch(() => {});
    await this.release();
  }

  /** Keeps the file open until `release`. */
  hold(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    this.#users--;
    // What was to be kept is durable by now: there is nothing that a failure could tell.
    if (this.#users === 0) await this.#large?.close().catch(() => {});
  }

  /** Bytes from a position that is below `size`, at most `length` of them. */
  async read(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (this.#large !== undefined) return this.#recentAt(position) ?? this.#large.file.read(position, end - position);
    let begin = 0;
    for (const chunk of this.#chunks) {
      if (position < begin + chunk.length) return chunk.subarray(position - begin, end - begin);
      begin += chunk.length;
    }
    return Buffer.alloc(0);
  }

  /** Resolves when there are more bytes, or an end, or somebody calls `wake`. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** One thing after the other: the caller may use a chunk's memory again when its write resolves. */
  async #work(step: () => Promise<void> | undefined, doing: string): Promise<void> {
    this.#worked = this.#worked.then(step);
    await this.#worked.catch((cause: unknown) => {
      throw diskError(cause, doing);
    });
  }

  async #append(chunk: Uint8Array): Promise<void> {
    const { disk } = this.#options;
    disk?.space.admit(chunk.length, this.#options);
    this.#hash?.update(chunk);
    if (disk !== undefined && this.#large === undefined && this.size + chunk.length > SMALL_BYTES_MAX) await this.#moveToFile(disk.large);
    if (this.#large === undefined) this.#chunks.push(Buffer.from(chunk));
    else await this.#large.append(this.size, chunk);
    this.#remember(chunk);
    this.size += chunk.length;
    this.wake();
  }

  #remember(chunk: Uint8Array): void {
    if (this.#large === undefined || this.#users === 1) return;
    this.#recent.push({ begin: this.size, bytes: asBuffer(chunk) });
    if (this.#recent.length > RECENT_MAX) this.#recent.shift();
  }

  #recentAt(position: number): Buffer | undefined {
    const found = this.#recent.find(({ begin, bytes }) => begin <= position && position < begin + bytes.length);
    return found?.bytes.subarray(position - found.begin);
  }

  async #moveToFile(files: LargeFiles): Promise<void> {
    const large = await LargeUpload.begin(files);
    try {
      if (this.size > 0) await large.append(0, this.bytes);
    } catch (cause) {
      await large.close();
      await files.remove(large.number);
      throw cause;
    }
    this.#large = large;
    this.#chunks = [];
  }

  #refuseUnlessOpen(): void {
    if (this.state !== 'open') throw new StoreError('no-such-token', 'this upload takes no more bytes: it is sealed or discarded');
  }
}

/** Who follows and is behind by no more pieces than this gets them from memory. */
const RECENT_MAX = 4;

/** So many bytes are written before the next sync is begun: what the last one has to do stays short. */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024;

/** The file of a large upload, with the checksums that will stand at its end. */
class LargeUpload {
  readonly #checksums = new BlockChecksums();
  #synced: Promise<void>;
  #nextSync = SYNC_EVERY_BYTES;

  private constructor(
    readonly number: number,
    readonly file: OpenFile,
    entrySynced: Promise<void>,
  ) {
    this.#synced = entrySynced;
    // `finish` hears of a failure.
    this.#synced.catch(() => {});
  }

  static async begin(files: LargeFiles): Promise<LargeUpload> {
    const { number, file } = await files.create();
    return new LargeUpload(number, file, files.sync());
  }

  async append(position: number, chunk: Uint8Array): Promise<void> {
    this.#checksums.update(chunk);
    await this.file.write(position, chunk);
    if (position + chunk.length < this.#nextSync) return;
    this.#nextSync = position + chunk.length + SYNC_EVERY_BYTES;
    this.#synced = this.#synced.then(() => this.file.sync());
    this.#synced.catch(() => {});
  }

  /** Resolves when content and trailer are durable. */
  async finish(size: number): Promise<void> {
    await this.file.write(size, this.#checksums.trailer());
    await this.#synced;
    await this.file.sync();
  }

  /** After the syncs that were begun: a closed descriptor's number may be another file's by then. */
  async close(): Promise<void> {
    await this.#synced.catch(() => {});
    await this.file.close();
  }
}
