import { type Files, unlessCode } from './files.js';
import { Catalogue } from './index/catalogue.js';
import type { Layout } from './layout.js';
import { Log, type LogSizes } from './log/log.js';
import { type LogEnd, replay } from './log/replay.js';
import { SEGMENT_HEADER_BYTES } from './log/segment-header.js';
import type { Segments } from './log/segments.js';
import { lostContents } from './open.js';
import { readSnapshot, type Snapshot } from './snapshot.js';

/**
 * Finds where everything is, from the snapshot and what the log has had since, or from the log alone; cuts off what a crash tore.
 * @throws StoreError `lost-contents`, `damaged`
 */
export async function restore(
  layout: Layout,
  nodeId: string,
  segments: Segments,
  sizes: LogSizes,
  files: Files,
): Promise<{ readonly catalogue: Catalogue; readonly log: Log; readonly replayedBytes: number }> {
  await files.remove(layout.newSnapshot).catch(unlessCode('ENOENT'));
  const numbers = await segments.list().catch(unlessCode('ENOENT'));
  if (numbers === undefined) throw lostContents(layout.dir, 'the folder log is missing');
  const snapshot = await readSnapshot(files, layout.snapshot, nodeId);
  let from = snapshot !== undefined && numbers.includes(snapshot.position.segment) ? snapshot : beginningWith(numbers[0] ?? 1);
  let end = await replayFrom(from, segments, nodeId, numbers);
  if (from.catalogue.firstSegment > from.position.segment) {
    // Older segments, which a crash left, could bring back what was deleted in others that are gone.
    from = beginningWith(from.catalogue.firstSegment);
    end = await replayFrom(from, segments, nodeId, numbers);
  }
  const { catalogue } = from;
  const lengths = new Map<number, number>();
  for (let segment = catalogue.firstSegment; segment <= end.segment; segment++) {
    if (!numbers.includes(segment)) throw lostContents(layout.dir, `segment ${segment} of the log is missing`);
    lengths.set(segment, segment === end.segment ? end.offset : await segments.size(segment));
  }
  if (end.isTorn) await segments.cut(end.segment, end.offset);
  const log = await Log.open(segments, sizes, lengths, end);
  if (end.last !== undefined) await log.writeAgain(end.last);
  // Not before: that older ones count no more may be said by the last frame alone.
  for (const segment of numbers) if (!lengths.has(segment)) await segments.remove(segment);
  return { catalogue, log, replayedBytes: bytesBetween(from.position, end, lengths) };
}

function beginningWith(segment: number): Snapshot {
  return { catalogue: new Catalogue(), position: { segment, offset: SEGMENT_HEADER_BYTES } };
}

function replayFrom({ position, catalogue }: Snapshot, segments: Segments, nodeId: string, numbers: readonly number[]): Promise<LogEnd> {
  return replay(segments, nodeId, position, numbers.filter((number) => number >= position.segment), catalogue);
}

function bytesBetween(from: Snapshot['position'], end: LogEnd, lengths: ReadonlyMap<number, number>): number {
  let bytes = end.offset - from.offset;
  for (const [segment, length] of lengths) if (segment >= from.segment && segment < end.segment) bytes += length;
  return bytes;
}
