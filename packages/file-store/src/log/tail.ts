import { FRAME_ALIGNMENT, FRAME_MAGIC } from './frame.js';
import { type Frame, frameAt, windowOn } from './read-segment.js';
import { SEGMENT_HEADER_BYTES } from './segment-header.js';
import type { Segments } from './segments.js';

const CHUNK_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);
const MAGIC = Buffer.alloc(4);
MAGIC.writeUInt32LE(FRAME_MAGIC);

/** What lies behind the last sound frame: room made ahead; what a crash tore; or sound frames behind an unsound one, which no crash leaves. */
export type Tail = 'room' | 'torn' | 'frames';

export async function tailBehind(segments: Segments, segment: number, offset: number): Promise<Tail> {
  const { frame, isRoom } = await lookBehind(segments, segment, offset);
  return frame !== undefined ? 'frames' : isRoom ? 'room' : 'torn';
}

/**
 * Whether a segment whose sound frames end at `end` has lost some, if it is followed by another: that is begun behind a frame, when all are whole, and its first
 * frame says where they ended, unless a start came between the two.
 */
export async function isCutShort(segments: Segments, segment: number, end: number, isFollowed: boolean): Promise<boolean> {
  if (end === SEGMENT_HEADER_BYTES || (await segments.size(segment)) < end) return true;
  const first = isFollowed ? await frameAt(windowOn(segments, segment + 1), segment + 1, SEGMENT_HEADER_BYTES) : undefined;
  return first?.entries.some((entry) => entry.do === 'follow' && end < entry.end) === true;
}

/** The first sound frame that begins at `offset` or behind it, whatever lies between; and whether there are only zeros. */
export async function lookBehind(segments: Segments, segment: number, offset: number): Promise<{ readonly frame?: Frame; readonly isRoom: boolean }> {
  const window = windowOn(segments, segment);
  let isRoom = true;
  for (let at = offset; ; at += CHUNK_BYTES - MAGIC.length) {
    const bytes = await segments.read(segment, at, CHUNK_BYTES);
    if (!bytes.equals(ZEROS.subarray(0, bytes.length))) {
      isRoom = false;
      for (let found = bytes.indexOf(MAGIC); found !== -1; found = bytes.indexOf(MAGIC, found + 1)) {
        const frame = (at + found) % FRAME_ALIGNMENT === 0 ? await frameAt(window, segment, at + found) : undefined;
        if (frame !== undefined) return { frame, isRoom };
      }
    }
    if (bytes.length < CHUNK_BYTES) return { isRoom };
  }
}
