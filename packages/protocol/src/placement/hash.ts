import { utf8 } from '../utf8.js';

/**
 * The hash of placement, in 32-bit integer arithmetic alone, so that every node and every release computes the same owners.
 * A 64-bit value is a pair of 32-bit halves: MurmurHash3_x86_32 (Appleby, 2011) with two seeds.
 */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

const HIGH_SEED = 0x00000000;
const LOW_SEED = 0x9747b28c;

export function hash64(text: string): Hash64 {
  const bytes = utf8(text);
  return { high: murmur3(bytes, HIGH_SEED), low: murmur3(bytes, LOW_SEED) };
}

/** 16 lower-case hex digits. */
export function formatHash64({ high, low }: Hash64): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** MurmurHash3_x86_32 of the bytes from `begin` to before `end`; an unsigned 32-bit integer. */
export function murmur3(bytes: ArrayLike<number>, seed: number, begin = 0, end = bytes.length): number {
  let hash = seed | 0;
  const length = end - begin;
  const whole = begin + (length & ~3);
  for (let i = begin; i < whole; i += 4) {
    hash ^= scramble(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = end - 1; i >= whole; i--) rest = (rest << 8) | bytes[i]!;
  if (end > whole) hash ^= scramble(rest);
  return finalMix(hash ^ length);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** The finalizer of MurmurHash3: every input bit reaches every output bit. An unsigned 32-bit integer. */
export function finalMix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
