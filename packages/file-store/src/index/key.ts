import { murmur3 } from '@coring/protocol';

/** Longest key in bytes: its length takes 16 bits on disk. */
const KEY_BYTES_MAX = 0xffff;

/** A name as the index knows it. */
export interface Key {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** The upper half of the hash of placement, so that the name's bucket is its top 14 bits. */
  readonly hash: number;
}

/** A name within other bytes. */
export interface NameWithin {
  bytes: Uint8Array;
  begin: number;
  end: number;
  hash: number;
}

/** @throws RangeError for a key longer than 65 535 bytes: a mistake of the caller */
export function keyOf(text: string): Key {
  const bytes = Buffer.from(text);
  if (bytes.length > KEY_BYTES_MAX) throw new RangeError(`a key has at most ${KEY_BYTES_MAX} bytes`);
  return keyOfBytes(bytes);
}

export function keyOfBytes(bytes: Uint8Array): Key {
  return { bytes, hash: murmur3(bytes, 0) };
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

export function bucketOfKey(hash: number): number {
  return hash >>> 18;
}
