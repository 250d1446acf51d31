import { StoreError } from '../error.js';
import type { Catalogue } from '../index/catalogue.js';
import type { LogPosition } from './log.js';
import { type Frame, framesOf, hasSoundContents } from './read-segment.js';
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.js';
import type { Segments } from './segments.js';
import { isCutShort, tailBehind } from './tail.js';

/** Where a log goes on, and whether a crash left anything torn behind that. */
export interface LogEnd extends LogPosition {
  readonly isTorn: boolean;
  /** Where the last frame that was met begins, if any was. */
  readonly last?: LogPosition;
}

/**
 * Makes the changes that the log has from `from` on, in segments one behind the other.
 * @throws StoreError `damaged` where something sound follows an unsound frame, or a segment that has lost its end: no crash leaves that, and to go on
 *   without it would forget promises;
 *   `lost-contents` where a segment is another node's
 */
export async function replay(segments: Segments, nodeId: string, from: LogPosition, numbers: readonly number[], catalogue: Catalogue): Promise<LogEnd> {
  let end: LogEnd = { ...from, isTorn: false };
  // A frame whose successor is there was whole before that was begun; the last one may be torn, and is looked at more closely.
  let last: Frame | undefined;
  /** Where frames may be missing, if anywhere: nothing sound follows that. */
  let gap: LogPosition | undefined;
  for (const segment of numbers) {
    const begin = segment === from.segment ? from.offset : SEGMENT_HEADER_BYTES;
    const isWhole = await checkHeader(segments, segment, nodeId);
    // The next segment is not even made before there is a frame in this one.
    if (isWhole && gap?.offset === SEGMENT_HEADER_BYTES) throw damaged(gap);
    let offset = begin;
    for await (const frame of framesOf(segments, segment, begin)) {
      if (gap !== undefined) throw damaged(gap);
      for (const entry of last?.entries ?? []) catalogue.apply(entry);
      last = frame;
      offset += frame.header.frameLength;
      end = { segment, offset, isTorn: false };
    }
    const tail = await tailBehind(segments, segment, offset);
    if (tail === 'frames') throw damaged({ segment, offset });
    if (tail === 'torn' && segment === end.segment) end = { ...end, isTorn: true };
    if (!isWhole && segment === end.segment) throw damaged({ segment, offset: 0 });
    if (tail === 'torn' || (await isCutShort(segments, segment, offset, numbers.includes(segment + 1)))) gap ??= { segment, offset };
  }
  // What the snapshot has seen was durable, and what came behind it may have been as well.
  if (gap?.segment === from.segment && (await segments.size(from.segment)) < from.offset) throw damaged(gap);
  if (last === undefined) return end;
  if (!(await hasSoundContents(segments, end.segment, last))) return { segment: end.segment, offset: last.offset, isTorn: true };
  for (const entry of last.entries) catalogue.apply(entry);
  return { ...end, last: { segment: end.segment, offset: last.offset } };
}

/** Whether the segment has its header: one that a crash left half made has none, and no frames. */
async function checkHeader(segments: Segments, segment: number, nodeId: string): Promise<boolean> {
  const header = readSegmentHeader(await segments.read(segment, 0, SEGMENT_HEADER_BYTES));
  if (header === undefined) return false;
  if (header.segment === segment && header.nodeId === nodeId) return true;
  throw new StoreError('lost-contents', `segment ${segment} of the log is not that of this node: restore the data directory, or empty it to join as a new node`);
}

function damaged({ segment, offset }: LogPosition): StoreError {
  return new StoreError('damaged', `segment ${segment} of the log is damaged at byte ${offset}`);
}
