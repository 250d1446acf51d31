import { createHash, type Hash } from 'node:crypto';
import { diskError, StoreError } from './error.js';
import { asBuffer } from './opened.js';
import type { OpenFile } from './files.js';
import { SMALL_BYTES_MAX, type Staging } from './store.js';
import { BlockChecksums } from './trailer.js';

/** Where large uploads go; small ones, and all where this is absent, stay in memory. */
export interface LargeFiles {
  create(upload: Upload): Promise<OpenFile>;
  remove(upload: Upload): Promise<void>;
}

export interface UploadOptions {
  readonly large: LargeFiles | undefined;
  readonly digest: boolean;
  /** Called once, when nobody may find the upload any more. */
  readonly forget: (token: string) => void;
}

/**
 * An upload: open, then sealed, `taken` while a commit is about to keep it (nobody else may remove it then), gone at last. Its bytes are in memory,
 * or in a file of their own from the moment there are more than SMALL_BYTES_MAX.
 */
export class Upload implements Staging {
  state: 'open' | 'sealed' | 'taken' | 'gone' = 'open';
  /** Bytes that are with the file system or in memory, for whoever follows. */
  size = 0;
  readonly token: string;
  /** Where a store on disk has put it, if anywhere. */
  path: string | undefined;
  readonly #options: UploadOptions;
  /** Whether it ended before it was sealed. */
  isBroken = false;
  /** What is in memory: all of it, unless there is a file. */
  #chunks: Buffer[] = [];
  #file: OpenFile | undefined;
  /** Followers and, until it is gone, the upload itself. The last one closes the file. */
  #users = 1;
  #hash: Hash | undefined;
  #checksums: BlockChecksums | undefined;
  /** Settles with what was begun so far; rejects for ever once a write failed. */
  #worked: Promise<void> = Promise.resolve();
  #synced: Promise<void> | undefined;
  #wake: (() => void)[] = [];

  constructor(token: string, options: UploadOptions) {
    this.token = token;
    this.#options = options;
    if (options.digest) this.#hash = createHash('sha256');
  }

  /** Whether the bytes lie in a file. */
  get isLarge(): boolean {
    return this.#file !== undefined;
  }

  /** The bytes of a sealed upload that is small. */
  get smallBytes(): Buffer | undefined {
    return this.size <= SMALL_BYTES_MAX && (this.state === 'sealed' || this.state === 'taken') ? this.bytes : undefined;
  }

  /** All bytes of a sealed upload that is in memory. */
  get bytes(): Buffer | undefined {
    if (this.#file !== undefined) return undefined;
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#refuseUnlessOpen();
    // The caller may use its memory again when this resolves, and must not before.
    this.#worked = this.#worked.then(() => this.#append(chunk));
    await this.#settled('write an upload');
  }

  async seal(): Promise<{ size: number; digest: string }> {
    this.#refuseUnlessOpen();
    this.#worked = this.#worked.then(async () => {
      if (this.#checksums !== undefined) await this.#file!.write(this.size, this.#checksums.trailer());
    });
    await this.#settled('seal an upload');
    this.#refuseUnlessOpen();
    this.#becomeSealed();
    return { size: this.size, digest: this.#hash?.digest('hex') ?? '' };
  }

  /** Sealed with bytes that are at hand. */
  fill(bytes: Uint8Array): void {
    this.#chunks = [asBuffer(bytes)];
    this.size = bytes.length;
    this.#becomeSealed();
  }

  async discard(): Promise<void> {
    if (this.state === 'taken' || this.state === 'gone') return;
    this.end();
    await this.#worked.catch(() => {});
    const removed = this.path === undefined ? undefined : this.#options.large!.remove(this);
    await this.release();
    await removed?.catch((cause: unknown) => {
      throw diskError(cause, 'discard an upload');
    });
  }

  /** Nobody finds it any more; who follows it goes on if it was sealed. */
  end(): void {
    if (this.state === 'gone') return;
    this.isBroken = this.state === 'open';
    this.state = 'gone';
    this.#options.forget(this.token);
    this.wakeAll();
  }

  /** Resolves when a sealed upload's file is durable; immediately for one in memory. */
  async durable(): Promise<void> {
    await this.#synced;
  }

  /** Keeps the file open until `release`. */
  hold(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    this.#users--;
    if (this.#users === 0) await this.#file?.close();
  }

  /** Bytes from a position that is below `size`, at most `length` of them. */
  async read(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (this.#file !== undefined) return this.#file.read(position, end - position);
    let begin = 0;
    for (const chunk of this.#chunks) {
      if (position < begin + chunk.length) return chunk.subarray(position - begin, end - begin);
      begin += chunk.length;
    }
    return Buffer.alloc(0);
  }

  /** Resolves when there are more bytes, or an end. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #append(chunk: Uint8Array): Promise<void> {
    this.#hash?.update(chunk);
    if (this.#file === undefined && this.#options.large !== undefined && this.size + chunk.length > SMALL_BYTES_MAX) await this.#moveToFile();
    if (this.#file === undefined) this.#chunks.push(Buffer.from(chunk));
    else await this.#write(this.size, chunk);
    this.size += chunk.length;
    this.wakeAll();
  }

  async #moveToFile(): Promise<void> {
    const file = await this.#options.large!.create(this);
    this.#checksums = new BlockChecksums();
    const soFar = Buffer.concat(this.#chunks);
    this.#checksums.update(soFar);
    try {
      await file.write(0, soFar);
    } catch (cause) {
      await file.close();
      await this.#options.large!.remove(this);
      throw cause;
    }
    this.#file = file;
    this.#chunks = [];
  }

  async #write(position: number, chunk: Uint8Array): Promise<void> {
    this.#checksums!.update(chunk);
    await this.#file!.write(position, chunk);
  }

  #becomeSealed(): void {
    this.state = 'sealed';
    this.#synced = this.#file?.sync();
    // Whoever commits it hears of a failure.
    this.#synced?.catch(() => {});
    this.wakeAll();
  }

  async #settled(doing: string): Promise<void> {
    await this.#worked.catch((cause: unknown) => {
      throw diskError(cause, doing);
    });
  }

  #refuseUnlessOpen(): void {
    if (this.state !== 'open') throw new StoreError('no-such-token', 'this upload takes no more bytes: it is sealed or discarded');
  }

}
