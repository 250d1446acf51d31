import { diskError, StoreError } from '../error.js';
import type { OpenFile } from '../files.js';
import type { Entry } from './entry.js';
import { FRAME_HEADER_BYTES } from './frame.js';
import type { FrameBuilder } from './frame-builder.js';
import { SEGMENT_HEADER_BYTES } from './segment-header.js';
import { type Segments, writeZeros } from './segments.js';

/** All in bytes. */
export interface LogSizes {
  /** Of a segment, unless a single frame is longer. */
  readonly segment: number;
  /**
   * Kept ready ahead of the end: written with zeros, so that what is appended changes no file's size and syncs are cheap. On a disk that others have
   * filled it is what records can still be written to.
   */
  readonly ahead: number;
}

export interface LogPosition {
  readonly segment: number;
  readonly offset: number;
}

/** How a system says that it opens no more files, for this process or for any. */
const NO_DESCRIPTORS = ['EMFILE', 'ENFILE'];

/** The end of the log. Appends frames, one caller at a time; each is durable when its call resolves. */
export class Log {
  readonly #segments: Segments;
  readonly #sizes: LogSizes;
  /** What each segment holds, in bytes, from the oldest to the one that is written. */
  readonly #lengths: Map<number, number>;
  #file: OpenFile;
  #segment: number;
  #offset: number;
  /** How far a frame that a full disk refused may have come in the file that is written: what is left of it behind the end is to go before the next segment. */
  #refusedEnd = 0;
  /** Where the segment before this one ended, if that was written since the start: said with the first frame. */
  #followed: number | undefined;
  /** Of the file that is written, in bytes. */
  #allocated: number;
  #extending: Promise<void> | undefined;
  /** Whether a frame is about to be appended, and makes the room that it needs itself. */
  #isMakingRoom = false;
  /** The segment after this one, made in good time. */
  #nextFile: Promise<OpenFile> | undefined;
  #isCramped = false;
  #failure: StoreError | undefined;

  private constructor(segments: Segments, sizes: LogSizes, lengths: Map<number, number>, end: LogPosition, file: OpenFile, allocated: number) {
    this.#segments = segments;
    this.#sizes = sizes;
    this.#lengths = lengths;
    this.#segment = end.segment;
    this.#offset = end.offset;
    this.#file = file;
    this.#allocated = allocated;
  }

  /** Goes on at `end`; what lies behind it must be zeros. `lengths` has every segment's. */
  static async open(segments: Segments, sizes: LogSizes, lengths: ReadonlyMap<number, number>, end: LogPosition): Promise<Log> {
    const file = await segments.openToWrite(end.segment);
    return new Log(segments, sizes, new Map(lengths), end, file, await file.size());
  }

  /**
   * Writes what lies between a frame's begin and the end of the log once more, durably. A frame that is read need not be on the disk: the sync that
   * failed to bring it there may have been the last that the process before did, and memory still has it.
   */
  async writeAgain({ segment, offset }: LogPosition): Promise<void> {
    if (segment === this.#segment) await this.#file.write(offset, await this.#segments.read(segment, offset, this.#offset - offset));
  }

  get position(): LogPosition {
    return { segment: this.#segment, offset: this.#offset };
  }

  /** Of all segments, in bytes. */
  get length(): number {
    let length = 0;
    for (const one of this.#lengths.values()) length += one;
    return length;
  }

  /** Whether the disk would make no room ahead when it was asked last. What is appended lives on what is left of it, until `lookForRoom` has found more. */
  get isCramped(): boolean {
    return this.#isCramped;
  }

  /** Whether so many bytes, which could as well wait, leave enough of the room ahead to what cannot. */
  canSpare(bytes: number): boolean {
    return !this.#isCramped || this.#allocated - this.#offset - bytes >= this.#sizes.ahead / 2;
  }

  get oldestSegment(): number {
    return this.#lengths.keys().next().value!;
  }

  /**
   * Makes a frame durable and gives what it says.
   * @throws StoreError `disk-full`: as if never called; `disk-failed`: nothing can be appended any more
   */
  async append(frame: FrameBuilder): Promise<readonly Entry[]> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#isMakingRoom = true;
    try {
      await this.#makeRoom(frame);
    } catch (cause) {
      const error = this.#refusal(cause, 'make room in the log');
      this.#isCramped = true;
      throw error;
    } finally {
      this.#isMakingRoom = false;
    }
    const { bytes, entries } = frame.at(this.#segment, this.#offset);
    try {
      await this.#file.write(this.#offset, bytes);
    } catch (cause) {
      const error = this.#refusal(cause, 'write to the log');
      // Whatever of the frame came to the disk must not count after a crash.
      this.#refusedEnd = Math.max(this.#refusedEnd, this.#offset + bytes.length);
      await this.#file.write(this.#offset, Buffer.alloc(FRAME_HEADER_BYTES)).catch((second: unknown) => this.#fail(second));
      throw error;
    }
    this.#offset += bytes.length;
    this.#followed = undefined;
    this.#lengths.set(this.#segment, this.#offset);
    this.#lookAhead();
    return entries;
  }

  /** Asks a disk that had no room for some again. */
  async lookForRoom(): Promise<void> {
    if (!this.#isCramped || this.#failure !== undefined) return;
    // One that has failed may not be over yet.
    await this.#extending;
    this.#isCramped = false;
    // Who makes room this very moment finds out as well. Made twice, the zeros of the one would lie over what is appended to the other's.
    if (this.#isMakingRoom) return;
    this.#lookAhead();
    await this.#extending;
    await this.#nextFile?.catch(() => undefined);
  }

  /** Removes the oldest segment, whose entries count no more. */
  async removeOldest(): Promise<void> {
    const oldest = this.oldestSegment;
    this.#lengths.delete(oldest);
    await this.#segments.remove(oldest);
  }

  async close(): Promise<void> {
    this.#failure ??= new StoreError('closed', 'the store is closed');
    await this.#extending;
    await (await this.#nextFile?.catch(() => undefined))?.close();
    await this.#file.close();
  }

  /** For a disk without room, or a system without descriptors to make some with: it goes on when there are. @throws StoreError `disk-failed` for any other: nothing can be appended any more */
  #refusal(cause: unknown, doing: string): StoreError {
    const error = diskError(cause, doing);
    if (NO_DESCRIPTORS.includes((cause as NodeJS.ErrnoException).code ?? '')) return new StoreError('disk-full', error.message, { cause });
    if (error.code !== 'disk-full') this.#fail(cause);
    return error;
  }

  /**
   * After a failed sync nobody knows what the disk has: the system may have dropped the pages and say yes the next time
   * (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
   */
  #fail(cause: unknown): never {
    this.#failure = new StoreError('disk-failed', 'the disk failed under the log: check the disk, then start again', { cause });
    throw this.#failure;
  }

  async #makeRoom(frame: FrameBuilder): Promise<void> {
    if (this.#offset + frame.length > this.#sizes.segment && this.#offset > SEGMENT_HEADER_BYTES) await this.#beginNextSegment();
    if (this.#followed !== undefined) frame.follow(this.#followed);
    const end = this.#offset + frame.length;
    while (this.#allocated < end) {
      await this.#extending;
      if (this.#allocated < end) await this.#extend(end);
    }
  }

  async #beginNextSegment(): Promise<void> {
    // Only in the last segment there may be anything but zeros behind the frames: elsewhere it is damage.
    await writeZeros(this.#file, this.#offset, this.#refusedEnd);
    this.#refusedEnd = 0;
    const making = this.#nextFile ?? this.#makeNext();
    this.#nextFile = undefined;
    const file = await making;
    await this.#extending;
    const allocated = await file.size();
    const full = this.#file;
    this.#file = file;
    this.#segment++;
    this.#followed = this.#offset;
    this.#offset = SEGMENT_HEADER_BYTES;
    this.#allocated = allocated;
    this.#lengths.set(this.#segment, this.#offset);
    // Last: a descriptor whose closing failed is closed, and must not be written to again.
    await full.close();
  }

  #makeNext(): Promise<OpenFile> {
    return this.#segments.create(this.#segment + 1, SEGMENT_HEADER_BYTES + this.#sizes.ahead);
  }

  /** Has room made in the background. Where that fails, who needs the room tries again and hears of it. */
  #lookAhead(): void {
    if (this.#isCramped || this.#failure !== undefined) return;
    const hasNone = (): void => void (this.#isCramped = true);
    if (this.#nextFile === undefined && this.#offset > this.#sizes.segment / 2) {
      this.#nextFile = this.#makeNext();
      this.#nextFile.catch(() => {
        this.#nextFile = undefined;
        hasNone();
      });
    }
    if (this.#extending !== undefined || this.#allocated - this.#offset >= this.#sizes.ahead || this.#allocated >= this.#sizes.segment) return;
    this.#extending = this.#extend(this.#offset + this.#sizes.ahead)
      .catch(hasNone)
      .finally(() => (this.#extending = undefined));
  }

  /** By as much as there is already, at least as far as `end`: a small store takes little of the disk. */
  async #extend(end: number): Promise<void> {
    const doubled = Math.min(this.#sizes.segment, this.#allocated + Math.min(this.#allocated, 8 * this.#sizes.ahead));
    const target = Math.max(end, doubled);
    await writeZeros(this.#file, this.#allocated, target);
    this.#allocated = target;
  }
}
