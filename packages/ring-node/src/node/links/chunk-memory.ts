import { ChunkMemory } from '@coring/file-store';
import { CHUNK_HEADER_BYTES } from './chunk.js';
import { linkLimits } from './limits.js';
import { SEAL_BYTES } from './seal.js';

/** A frame with a chunk of the usual size, and its seal, fit. */
const ROOM_BYTES = linkLimits.chunkBytesMax + CHUNK_HEADER_BYTES + SEAL_BYTES;
/** Less than this is cheap to have anew, and would waste a room. */
const WORTH_BYTES = 32 * 1024;
/** 4 MiB of it are kept for later. */
const memory = new ChunkMemory(ROOM_BYTES, 16);

/** Memory for bulk bytes that come in. */
export function chunkMemory(bytes: number): Buffer {
  return bytes < WORTH_BYTES || bytes > ROOM_BYTES ? Buffer.allocUnsafeSlow(bytes) : memory.take().subarray(0, bytes);
}

/** Gives the memory of a chunk back, by whoever will not look at it again: see ChunkMemory. */
export function giveBack(chunk: Uint8Array): void {
  memory.giveBack(chunk);
}
