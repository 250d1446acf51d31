import { hash64 } from './hash.js';

/** Buckets of the name space: placement, digests and movement count in them. */
export const BUCKETS = 16_384;

/** The bucket of a name: the top 14 bits of its hash. */
export function bucketOf(name: string): number {
  return hash64(name).high >>> 18;
}
