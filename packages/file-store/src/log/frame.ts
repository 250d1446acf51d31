import { crc32 } from 'node:zlib';
import { readEntries } from './read-entries.js';
import type { Entry } from './entry.js';

/** Frames begin at multiples of it. */
export const FRAME_ALIGNMENT = 8;
export const FRAME_HEADER_BYTES = 16;
export const FRAME_MAGIC = 0x3246_7243; // "CrF2"

/** What the first bytes of a frame say. All in bytes. */
export interface FrameHeader {
  readonly headLength: number;
  readonly contentLength: number;
  /** From this frame's begin to the next one's. */
  readonly frameLength: number;
  /** Of the head. */
  readonly checksum: number;
}

/** Undefined where no frame begins. */
export function readFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32LE(0) !== FRAME_MAGIC) return undefined;
  const [headLength, contentLength] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  return { headLength, contentLength, frameLength: frameLength(headLength, contentLength), checksum: bytes.readUInt32LE(12) };
}

export function frameLength(headLength: number, contentLength: number): number {
  return Math.ceil((FRAME_HEADER_BYTES + headLength + contentLength) / FRAME_ALIGNMENT) * FRAME_ALIGNMENT;
}

/** Of a head and of where it stands: the bytes of a stored file that look like a frame are none. */
export function headChecksum(segment: number, offset: number, headLength: number, contentLength: number, head: Uint8Array): number {
  const seed = Buffer.allocUnsafe(16);
  seed.writeUInt32LE(segment, 0);
  seed.writeUInt32LE(offset, 4);
  seed.writeUInt32LE(headLength, 8);
  seed.writeUInt32LE(contentLength, 12);
  return crc32(head, crc32(seed));
}

/** The entries of a frame, from its header and head; undefined where they are not as they were written. */
export function entriesOf(segment: number, offset: number, header: FrameHeader, head: Buffer): Entry[] | undefined {
  if (head.length !== header.headLength || headChecksum(segment, offset, header.headLength, header.contentLength, head) !== header.checksum) return undefined;
  return readEntries(segment, offset + FRAME_HEADER_BYTES, head);
}
