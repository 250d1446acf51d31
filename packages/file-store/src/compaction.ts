import type { Catalogue } from './index/catalogue.js';
import { CHECKSUM_BYTES, type Entry, ENTRY_BYTES, type Location } from './log/entry.js';
import type { Checked, FrameBuilder } from './log/frame-builder.js';
import type { Log } from './log/log.js';
import { damagedChecksum, type Frame, framesOf, soundBytes } from './log/read-segment.js';
import { SEGMENT_HEADER_BYTES } from './log/segment-header.js';
import type { Segments } from './log/segments.js';
import { isCutShort, tailBehind } from './log/tail.js';
import type { Writer } from './writer.js';

/** Of what is moved one frame takes so many bytes, the last entry on top: what is committed meanwhile waits for one such frame, and may share the next. */
export const SLICE_BYTES = 256 * 1024;
/** Less garbage than this is left alone, in segments. */
const GARBAGE_SEGMENTS_MIN = 1;

export interface CompactionParts {
  readonly log: Log;
  readonly segments: Segments;
  readonly catalogue: Catalogue;
  readonly writer: Writer;
  /** Of a segment, in bytes. */
  readonly segmentBytes: number;
  /** Whether the disk is short of space: then less garbage is worth the work. */
  readonly isShort: () => boolean;
}

/**
 * Gives the room of garbage back: what still counts in the oldest segment is committed anew at the end of the log, then the segment is removed.
 * Always the oldest: nothing older is left that its deletions would have to hold down, so that they can go as well. A crash between two steps leaves
 * things twice, never not at all.
 */
export class Compaction {
  readonly #parts: CompactionParts;
  #running: Promise<void> | undefined;
  /** Where it failed last: the oldest segment, and the one that was written. It is tried again when either is another. */
  #failedAt = '';
  #isOver = false;

  constructor(parts: CompactionParts) {
    this.#parts = parts;
  }

  /** Begins, where it is worth it and not under way. Failures end it for a while: it only saves room. */
  consider(): void {
    if (this.#running !== undefined || this.#isOver || !this.#isWorthIt() || this.#failedAt === this.#place) return;
    this.#running = this.#run()
      .catch(() => {
        this.#failedAt = this.#place;
      })
      .finally(() => (this.#running = undefined));
  }

  /** Resolves when nothing is under way, and nothing begins any more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  get #place(): string {
    const { log } = this.#parts;
    return `${log.oldestSegment} ${log.position.segment}`;
  }

  #isWorthIt(): boolean {
    const { log, catalogue, segmentBytes, isShort } = this.#parts;
    if (log.oldestSegment === log.position.segment) return false;
    const garbage = log.length - catalogue.liveBytes;
    return garbage > GARBAGE_SEGMENTS_MIN * segmentBytes && garbage > (isShort() ? log.length / 8 : log.length / 2);
  }

  async #run(): Promise<void> {
    while (!this.#isOver && this.#isWorthIt()) await this.#emptyOldest();
  }

  async #emptyOldest(): Promise<void> {
    const { log, segments, writer } = this.#parts;
    const oldest = log.oldestSegment;
    let slice: Found[] = [];
    let sliceBytes = 0;
    let end = SEGMENT_HEADER_BYTES;
    for await (const frame of framesOf(segments, oldest, SEGMENT_HEADER_BYTES)) {
      if (this.#isOver) return;
      end += frame.header.frameLength;
      for (const found of await this.#stillCounting(oldest, frame)) {
        slice.push(found);
        sliceBytes += bytesOf(found);
        if (sliceBytes < SLICE_BYTES) continue;
        await this.#move(slice);
        slice = [];
        sliceBytes = 0;
      }
    }
    await this.#move(slice);
    // Behind a damaged frame there may be more, which can still be read one by one, and what is cut off is missed only here: such a segment stays.
    if ((await tailBehind(segments, oldest, end)) !== 'room' || (await isCutShort(segments, oldest, end, true))) throw new Error(`segment ${oldest} of the log is damaged at byte ${end}`);
    await writer.add((frame) => frame.begin(oldest + 1));
    await log.removeOldest();
  }

  /** With what the log has of it, as it is. */
  async #stillCounting(segment: number, frame: Frame): Promise<Found[]> {
    const entries = frame.entries.filter((entry) => this.#counts(entry));
    if (entries.length === 0) return [];
    const bytes = await this.#parts.segments.read(segment, frame.offset, frame.header.frameLength);
    return entries.map((entry) => ({ entry, stored: storedOf(entry, bytes, frame.offset) }));
  }

  async #move(slice: readonly Found[]): Promise<void> {
    if (slice.length === 0) return;
    const bytes = slice.reduce((sum, found) => sum + bytesOf(found), 0);
    if (!this.#parts.log.canSpare(bytes)) throw new Error('the disk has no room for what is moved');
    await this.#parts.writer.add((frame) => {
      // By now some may be replaced or deleted.
      for (const { entry, stored } of slice) if (this.#counts(entry)) writeAgain(entry, stored, frame);
    });
  }

  #counts(entry: Entry): boolean {
    const { catalogue } = this.#parts;
    if (entry.do === 'put') return isSame(catalogue.record(entry.space, entry.key), entry.at);
    if (entry.do !== 'keep') return false;
    const place = catalogue.kept(entry.key, entry.version)?.place;
    if ('file' in entry.place) return place !== undefined && 'file' in place && place.file === entry.place.file;
    return place !== undefined && 'segment' in place && isSame(place, entry.place);
  }
}

/** An entry that counts, with the record or the small content that it has in the log. */
interface Found {
  readonly entry: Entry;
  readonly stored: Checked | undefined;
}

function bytesOf({ entry, stored }: Found): number {
  const key = 'key' in entry ? entry.key.bytes.length : 0;
  return ENTRY_BYTES + key + (stored?.bytes.length ?? 0);
}

function isSame(a: Pick<Location, 'segment' | 'offset'> | undefined, b: Pick<Location, 'segment' | 'offset'>): boolean {
  return a?.segment === b.segment && a.offset === b.offset;
}

function storedOf(entry: Entry, frame: Buffer, frameOffset: number): Checked | undefined {
  if (entry.do === 'put') return storedAt(frame, entry.at.offset - frameOffset, entry.at.length);
  if (entry.do === 'keep' && 'segment' in entry.place) return storedAt(frame, entry.place.offset - frameOffset, entry.size);
  return undefined;
}

/** Damage stays damage, and does not pass for a torn frame: that would cost all else that comes in the same one. */
function storedAt(frame: Buffer, at: number, length: number): Checked {
  const stored = frame.subarray(at, at + CHECKSUM_BYTES + length);
  const bytes = stored.subarray(CHECKSUM_BYTES);
  return { checksum: soundBytes(stored, length) === undefined ? damagedChecksum(bytes) : stored.readUInt32LE(0), bytes };
}

function writeAgain(entry: Entry, stored: Checked | undefined, frame: FrameBuilder): void {
  if (entry.do === 'put') frame.put(entry.space, entry.key, stored!);
  else if (entry.do === 'keep' && 'file' in entry.place) frame.keepLarge(entry.key, entry.version, entry.size, entry.place.file);
  else if (entry.do === 'keep') frame.keepSmall(entry.key, entry.version, stored!);
}
