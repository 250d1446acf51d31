import { CHUNK_HEADER_BYTES } from './chunk.js';
import { linkLimits } from './limits.js';
import { SEAL_BYTES } from './seal.js';

/** A frame with a chunk of the usual size, and its seal, fit. */
const ROOM_BYTES = linkLimits.chunkBytesMax + CHUNK_HEADER_BYTES + SEAL_BYTES;
/** Less than this is cheap to have anew, and would waste a room. */
const WORTH_BYTES = 32 * 1024;
/** Rooms that are kept for later: 4 MiB. */
const KEPT_MAX = 16;

const kept: Buffer[] = [];

/**
 * Memory for bulk bytes that come in. Who has done with them gives it back: memory that is new for each chunk keeps the garbage collector at work
 * for longer than all else takes. What is not given back is lost to the collector, no more.
 */
export function chunkMemory(bytes: number): Buffer {
  if (bytes < WORTH_BYTES || bytes > ROOM_BYTES) return Buffer.allocUnsafeSlow(bytes);
  return (kept.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES)).subarray(0, bytes);
}

/** Gives the memory of a chunk back, once, by whoever will not look at it again. What came from elsewhere is left alone. */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer.byteLength === ROOM_BYTES && kept.length < KEPT_MAX) kept.push(Buffer.from(buffer));
}
