import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { StoreError } from './error.js';
import { follow } from './follow.js';
import { OpenedBytes } from './opened.js';
import { type Opened, SMALL_BYTES_MAX, type StageOptions, type Staging } from './store.js';
import { Upload, type UploadDisk } from './upload.js';

/** The uploads of a store that are neither kept nor discarded. */
export class Uploads {
  readonly #disk: UploadDisk | undefined;
  readonly #byToken = new Map<string, Upload>();
  /** Tokens of two runs differ. */
  readonly #run = randomBytes(12).toString('hex');
  #begun = 0;
  #isClosed = false;

  /** Without a disk everything stays in memory. */
  constructor(disk?: UploadDisk) {
    this.#disk = disk;
  }

  async stage({ digest = true, mends = false }: StageOptions = {}): Promise<Staging> {
    await this.#disk?.space.look();
    this.#disk?.space.admit(0, { mends });
    return this.#begin({ digest, mends });
  }

  take(bytes: Uint8Array): string {
    if (bytes.length > SMALL_BYTES_MAX) throw new RangeError(`only small bytes are taken at once, not ${bytes.length}`);
    const upload = this.#begin({ digest: false, mends: false });
    try {
      upload.fill(bytes);
    } catch (cause) {
      void upload.end();
      throw cause;
    }
    return upload.token;
  }

  peek(token: string): Uint8Array | undefined {
    const upload = this.sealed(token);
    return upload === undefined || upload.size > SMALL_BYTES_MAX ? undefined : upload.bytes;
  }

  follow(token: string): Readable | undefined {
    const upload = this.#byToken.get(token);
    return upload && follow(upload);
  }

  /** The bytes of a sealed upload. */
  async open(token: string, range?: { readonly start: number; readonly end: number }): Promise<Opened | undefined> {
    const upload = this.sealed(token);
    if (upload === undefined) return undefined;
    if (upload.file === undefined) return new OpenedBytes(upload.bytes, range);
    return { size: upload.size, stream: await this.#disk!.large.open(upload.file, upload.size, range) };
  }

  find(token: string): Upload | undefined {
    return this.#byToken.get(token);
  }

  sealed(token: string): Upload | undefined {
    const upload = this.#byToken.get(token);
    return upload?.state === 'sealed' || upload?.state === 'taken' ? upload : undefined;
  }

  /** Lets go of what is open. Nothing of it is kept, and nothing is begun any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#byToken.values(), (upload) => upload.end()));
  }

  #begin(options: Required<StageOptions>): Upload {
    if (this.#isClosed) throw new StoreError('closed', 'the store is closed');
    const token = this.#run + (this.#begun++).toString(16).padStart(8, '0');
    const upload = new Upload(token, { disk: this.#disk, ...options, forget: () => this.#byToken.delete(token) });
    this.#byToken.set(token, upload);
    return upload;
  }
}

export function noSuchToken(token: string): StoreError {
  return new StoreError('no-such-token', `no sealed upload has the token ${token.slice(0, 40)}`);
}
