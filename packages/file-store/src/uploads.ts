import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { StoreError } from './error.js';
import { follow } from './follow.js';
import { SMALL_BYTES_MAX, type Staging } from './store.js';
import { type LargeFiles, Upload } from './upload.js';

/** The uploads of a store that are neither kept nor discarded. */
export class Uploads {
  readonly #large: LargeFiles | undefined;
  readonly #byToken = new Map<string, Upload>();

  constructor(large?: LargeFiles) {
    this.#large = large;
  }

  stage({ digest }: { readonly digest: boolean } = { digest: true }): Staging {
    return this.#begin(digest);
  }

  take(bytes: Uint8Array): string {
    if (bytes.length > SMALL_BYTES_MAX) throw new RangeError(`only small bytes are taken at once, not ${bytes.length}`);
    const upload = this.#begin(false);
    upload.fill(bytes);
    return upload.token;
  }

  peek(token: string): Uint8Array | undefined {
    return this.#byToken.get(token)?.smallBytes;
  }

  follow(token: string): Readable | undefined {
    const upload = this.#byToken.get(token);
    return upload && follow(upload);
  }

  sealed(token: string): Upload | undefined {
    const upload = this.#byToken.get(token);
    return upload?.state === 'sealed' || upload?.state === 'taken' ? upload : undefined;
  }

  all(): Iterable<Upload> {
    return this.#byToken.values();
  }

  #begin(digest: boolean): Upload {
    const token = randomBytes(16).toString('hex');
    const upload = new Upload(token, { large: this.#large, digest, forget: () => this.#byToken.delete(token) });
    this.#byToken.set(token, upload);
    return upload;
  }
}

export function noSuchToken(token: string): StoreError {
  return new StoreError('no-such-token', `no sealed upload has the token ${token.slice(0, 40)}`);
}
