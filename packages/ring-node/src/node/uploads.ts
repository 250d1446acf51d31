import { SMALL_BYTES_MAX, type Staging, type Store } from '@coring/file-store';
import type { Input } from '../ring/index.js';
import type { Followed, Whole } from './links/links.js';

/** Uploads of clients, from their begin until the ring has answered for them. Those that are large go on to peers while they come in. */
export class Uploads {
  readonly #store: Store;
  readonly #feed: (input: Input) => void;
  readonly #underWay = new Map<string, Pick<Upload, 'whole' | 'discard'>>();

  constructor(store: Store, feed: (input: Input) => void) {
    this.#store = store;
    this.#feed = feed;
  }

  /** Begins one. `size`: as far as the client has announced it, in bytes. @throws StoreError `disk-full`, `disk-failed` */
  async begin(name: string, size: number | undefined): Promise<Staging> {
    const staging = await this.#store.stage();
    const upload = new Upload(staging, (input) => this.#feed(input), () => this.#underWay.delete(staging.token), name, size);
    this.#underWay.set(staging.token, upload);
    return upload;
  }

  /** Takes in one that is whole and small, and gives its token. `digest`: its sha-256 in hex. @throws StoreError `disk-full` */
  take(bytes: Uint8Array, digest: string): string {
    const token = this.#store.take(bytes);
    const discard = (): Promise<void> => {
      this.#underWay.delete(token);
      return this.#store.commit([{ do: 'discard', token }]);
    };
    this.#underWay.set(token, { whole: Promise.resolve({ size: bytes.length, digest }), discard });
    return token;
  }

  /** What a peer may take of an upload; undefined where there is none, or none any more. */
  follow(token: string): Followed | undefined {
    const upload = this.#underWay.get(token);
    const stream = upload && this.#store.follow(token);
    return stream && { stream, whole: upload.whole };
  }

  /** The ring has answered: it has kept the upload, or thrown it away. Peers that are at it go on. */
  end(token: string): void {
    this.#underWay.delete(token);
  }

  /** Nobody will ask for it. */
  async discard(token: string): Promise<void> {
    await this.#underWay.get(token)?.discard();
  }
}

class Upload implements Staging {
  readonly token: string;
  /** What it is when it is complete; rejects where it is discarded before that. */
  readonly whole: Promise<Whole>;
  readonly #staging: Staging;
  readonly #feed: (input: Input) => void;
  readonly #onDiscarded: () => void;
  readonly #name: string;
  readonly #announced: number | undefined;
  #know!: (whole: Whole) => void;
  #despair!: (reason: Error) => void;
  #written = 0;
  #isPassedOn = false;

  constructor(staging: Staging, feed: (input: Input) => void, onDiscarded: () => void, name: string, announced: number | undefined) {
    this.token = staging.token;
    this.#staging = staging;
    this.#feed = feed;
    this.#onDiscarded = onDiscarded;
    this.#name = name;
    this.#announced = announced;
    this.whole = new Promise((know, despair) => {
      this.#know = know;
      this.#despair = despair;
    });
    // Where nobody follows, nobody is told.
    this.whole.catch(() => undefined);
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#written += chunk.length;
    if (!this.#isPassedOn && Math.max(this.#written, this.#announced ?? 0) > SMALL_BYTES_MAX) this.#passOn();
    return this.#staging.write(chunk);
  }

  async seal(): Promise<Whole> {
    const whole = await this.#staging.seal();
    this.#know(whole);
    return whole;
  }

  async discard(): Promise<void> {
    this.#onDiscarded();
    this.#despair(new Error('the upload was discarded'));
    await this.#staging.discard();
    if (this.#isPassedOn) this.#feed({ type: 'given-up', name: this.#name, token: this.token });
    this.#isPassedOn = false;
  }

  #passOn(): void {
    this.#isPassedOn = true;
    this.#feed({ type: 'uploading', name: this.#name, token: this.token, ...(this.#announced === undefined ? {} : { size: this.#announced }) });
  }
}
