import type { Store } from '@coring/file-store';
import { BUCKETS, type Holdings } from '@coring/protocol';
import { rarely } from './rarely.js';
import { Slices } from './slices.js';

/** So much of a digest is told, in hex digits. */
const DIGEST_DIGITS = 16;
/** What was told is told again for so long, in milliseconds. */
const AGAIN_MS = 1_000;

/** What a node keeps, bucket by bucket: two nodes compare it without naming a name. */
export class OwnHoldings {
  readonly #store: Store;
  /** At most once a second, whoever asks. */
  readonly all = rarely(AGAIN_MS, () => this.#look());

  constructor(store: Store) {
    this.#store = store;
  }

  /** Names of a bucket that have bytes, and their versions. */
  in(bucket: number): ReturnType<Store['heldIn']> {
    return this.#store.heldIn(bucket);
  }

  async #look(): Promise<Holdings> {
    const slices = new Slices();
    const told: Holdings = { buckets: [], names: [], digests: [] };
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (slices.isOver) await slices.pause();
      const holding = this.#store.holding(bucket);
      if (holding === undefined) continue;
      told.buckets.push(bucket);
      told.names.push(holding.names);
      told.digests.push(holding.digest.slice(0, DIGEST_DIGITS));
    }
    return told;
  }
}
