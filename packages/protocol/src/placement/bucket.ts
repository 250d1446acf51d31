import { hash64 } from './hash.js';

/** Buckets of the name space: placement, digests and movement count in them. */
export const BUCKETS = 16_384;

/** The bucket of a name: the top 14 bits of its hash. */
export function bucketOf(name: string): number {
  if (name !== last.name) last = { name, bucket: hash64(name).high >>> 18 };
  return last.bucket;
}

/** Whoever has to do with a name asks for its bucket many times in a row. */
let last = { name: '', bucket: hash64('').high >>> 18 };
