import { crc32 } from 'node:zlib';
import { CHECKSUM_BYTES, type Entry } from './entry.js';
import { entriesOf, FRAME_HEADER_BYTES, type FrameHeader, readFrameHeader } from './frame.js';
import { Window } from '../window.js';
import type { Segments } from './segments.js';

export interface Frame {
  readonly offset: number;
  readonly header: FrameHeader;
  readonly entries: readonly Entry[];
}

/** The sound frames of a segment from `offset` on, as long as one follows the other. */
export async function* framesOf(segments: Segments, segment: number, offset: number): AsyncGenerator<Frame> {
  const window = windowOn(segments, segment);
  for (let at = offset; ; ) {
    const frame = await frameAt(window, segment, at);
    if (frame === undefined) return;
    yield frame;
    at += frame.header.frameLength;
  }
}

/** The sound frame that begins there, if one does. Its contents are not looked at: see `hasSoundContents`. */
export async function frameAt(window: Window, segment: number, offset: number): Promise<Frame | undefined> {
  const header = readFrameHeader(await window.read(offset, FRAME_HEADER_BYTES));
  if (header === undefined) return undefined;
  const entries = entriesOf(segment, offset, header, await window.read(offset + FRAME_HEADER_BYTES, header.headLength));
  return entries && { offset, header, entries };
}

/** Whether the contents of a frame are as they were written: those of a torn frame may be not, though its head is sound. */
export async function hasSoundContents(segments: Segments, segment: number, { entries }: Frame): Promise<boolean> {
  const window = windowOn(segments, segment);
  for (const entry of entries) {
    if (entry.do !== 'keep' || 'file' in entry.place) continue;
    const stored = await window.read(entry.place.offset, CHECKSUM_BYTES + entry.size);
    if (soundBytes(stored, entry.size) === undefined && !wasDamagedBefore(stored, entry.size)) return false;
  }
  return true;
}

/** The bytes behind their crc32; undefined where it is another, or where they are cut short. */
export function soundBytes(stored: Buffer, size: number): Buffer | undefined {
  const bytes = stored.subarray(CHECKSUM_BYTES);
  return bytes.length === size && stored.readUInt32LE(0) === crc32(bytes) ? bytes : undefined;
}

/** What stands before bytes that were damaged already when they were written to where they lie: the complement of their crc32. */
export function damagedChecksum(bytes: Uint8Array): number {
  return ~crc32(bytes) >>> 0;
}

function wasDamagedBefore(stored: Buffer, size: number): boolean {
  return stored.length === CHECKSUM_BYTES + size && stored.readUInt32LE(0) === damagedChecksum(stored.subarray(CHECKSUM_BYTES));
}

export function windowOn(segments: Segments, segment: number): Window {
  return new Window((offset, length) => segments.read(segment, offset, length));
}
