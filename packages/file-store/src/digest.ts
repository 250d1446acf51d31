import { hash } from 'node:crypto';
import { BUCKETS, formatStamp, type Stamp } from '@coring/protocol';

/** Bytes of a content's hash that count in a digest. */
export const HASH_BYTES = 16;
const WORDS = HASH_BYTES / 4;

/** What a version of a name adds to the digest of its bucket: the first half of the sha-256 of `<time>-<node> <name>`. */
export function contentHash(name: string, version: Stamp): Buffer {
  return hash('sha256', `${formatStamp(version)} ${name}`, 'buffer').subarray(0, HASH_BYTES);
}

/**
 * Digests of buckets: the sum, modulo 2^128, of the hashes of what a bucket holds. A sum does not depend on the order, what was added can be
 * taken away again, and to find two sets with equal sums is harder than with exclusive-or (Bellare and Micciancio, 1997).
 */
export class BucketDigests {
  /** Four words of each bucket, the highest first. */
  readonly #sums = new Uint32Array(BUCKETS * WORDS);

  add(bucket: number, hashed: Uint8Array): void {
    const begin = bucket * WORDS;
    let carry = 0;
    for (let word = WORDS - 1; word >= 0; word--) {
      const sum = this.#sums[begin + word]! + wordOf(hashed, word) + carry;
      this.#sums[begin + word] = sum;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
  }

  remove(bucket: number, hashed: Uint8Array): void {
    const begin = bucket * WORDS;
    let borrow = 0;
    for (let word = WORDS - 1; word >= 0; word--) {
      const difference = this.#sums[begin + word]! - wordOf(hashed, word) - borrow;
      this.#sums[begin + word] = difference;
      borrow = difference < 0 ? 1 : 0;
    }
  }

  /** 32 hex digits for each bucket that holds anything. */
  all(): Map<number, string> {
    const found = new Map<number, string>();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const digest = this.of(bucket);
      if (digest !== undefined) found.set(bucket, digest);
    }
    return found;
  }

  /** Undefined where it holds nothing. */
  of(bucket: number): string | undefined {
    const words = this.#sums.subarray(bucket * WORDS, (bucket + 1) * WORDS);
    return words.some((word) => word !== 0) ? Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('') : undefined;
  }
}

function wordOf(bytes: Uint8Array, word: number): number {
  const at = word * 4;
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
