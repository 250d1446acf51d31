import { FRAME_ALIGNMENT, FRAME_MAGIC } from './frame.js';
import { frameAt, windowOn } from './read-segment.js';
import type { Segments } from './segments.js';

const CHUNK_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);
const MAGIC = Buffer.alloc(4);
MAGIC.writeUInt32LE(FRAME_MAGIC);

/** What lies behind the last sound frame: room made ahead; what a crash tore; or sound frames behind an unsound one, which no crash leaves. */
export type Tail = 'room' | 'torn' | 'frames';

export async function tailBehind(segments: Segments, segment: number, offset: number): Promise<Tail> {
  const window = windowOn(segments, segment);
  let tail: Tail = 'room';
  for (let at = offset; ; at += CHUNK_BYTES - MAGIC.length) {
    const bytes = await segments.read(segment, at, CHUNK_BYTES);
    if (!bytes.equals(ZEROS.subarray(0, bytes.length))) {
      tail = 'torn';
      for (let found = bytes.indexOf(MAGIC); found !== -1; found = bytes.indexOf(MAGIC, found + 1)) {
        if ((at + found) % FRAME_ALIGNMENT === 0 && (await frameAt(window, segment, at + found)) !== undefined) return 'frames';
      }
    }
    if (bytes.length < CHUNK_BYTES) return tail;
  }
}
