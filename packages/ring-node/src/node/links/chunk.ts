import { crc32 } from 'node:zlib';

/** A chunk of bulk bytes as a frame carries it: their CRC-32 (4 bytes, big-endian) and they themselves. One without bytes is the last. */
export function chunkHeader(bytes: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(CHUNK_HEADER_BYTES);
  header.writeUInt32BE(crc32(bytes), 0);
  return header;
}

/** The bytes of a chunk; undefined where they do not have their checksum. */
export function openChunk(payload: Buffer): Buffer | undefined {
  if (payload.length < CHUNK_HEADER_BYTES) return undefined;
  const bytes = payload.subarray(CHUNK_HEADER_BYTES);
  return crc32(bytes) === payload.readUInt32BE(0) ? bytes : undefined;
}

export const CHUNK_HEADER_BYTES = 4;
