import { createHash } from 'node:crypto';
import { bucketOf, formatStamp, type Stamp } from '@coring/protocol';

/** 64 hex digits that stand for a version of a name: where its bytes lie, and what it adds to the digest of its bucket. */
export function contentHash(name: string, version: Stamp): string {
  return createHash('sha256').update(`${formatStamp(version)} ${name}`).digest('hex');
}

/**
 * Digests of buckets: the sum, modulo 2^128, of the hashes of what a bucket holds. A sum does not depend on the order, what was added can be
 * taken away again, and to find two sets with equal sums is harder than with exclusive-or (Bellare and Micciancio, 1997).
 */
export class BucketDigests {
  readonly #sums = new Map<number, bigint>();

  add(name: string, hash: string): void {
    this.#change(name, numberOf(hash));
  }

  remove(name: string, hash: string): void {
    this.#change(name, -numberOf(hash));
  }

  /** 32 hex digits for each bucket that holds anything. */
  all(): Map<number, string> {
    return new Map(Array.from(this.#sums, ([bucket, sum]) => [bucket, sum.toString(16).padStart(32, '0')]));
  }

  #change(name: string, by: bigint): void {
    const bucket = bucketOf(name);
    const sum = BigInt.asUintN(128, (this.#sums.get(bucket) ?? 0n) + by);
    if (sum === 0n) this.#sums.delete(bucket);
    else this.#sums.set(bucket, sum);
  }
}

function numberOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, 32)}`);
}
