import type { Files } from './files.js';
import type { FreeSpace } from './free-space.js';
import type { Catalogue } from './index/catalogue.js';
import type { Layout } from './layout.js';
import type { Log } from './log/log.js';
import { writeSnapshot } from './snapshot.js';

export interface SnapshotParts {
  readonly files: Files;
  readonly layout: Layout;
  readonly nodeId: string;
  readonly catalogue: Catalogue;
  readonly log: Log;
  readonly space: FreeSpace;
  /** Of a segment of the log, in bytes. */
  readonly segmentBytes: number;
}

/** How much must have been appended since the last snapshot for the end of a run to be worth one, in segments. */
const AT_END_SEGMENTS = 1 / 256;
/** The same while the store is in use, unless the log is so long that a third of it is more: then a snapshot costs more, too. */
const MEANWHILE_SEGMENTS = 1 / 4;

/** Writes snapshots now and then, so that the next start has little of the log to read. */
export class Snapshots {
  readonly #parts: SnapshotParts;
  /** Of the log, in bytes, counted through the whole run: up to where it is in the last snapshot, and what came since. */
  #sinceBytes: number;
  #writing: Promise<void> | undefined;
  #isOver = false;

  constructor(parts: SnapshotParts, sinceBytes: number) {
    this.#parts = parts;
    this.#sinceBytes = sinceBytes;
  }

  /** Tells of bytes appended to the log, whose changes the catalogue has. */
  appended(bytes: number): void {
    this.#sinceBytes += bytes;
    if (this.#writing !== undefined || this.#isOver || this.#sinceBytes < this.#bytesMeanwhile) return;
    this.#writing = this.#write(async () => this.#isOver || this.#isDiskShort()).finally(() => (this.#writing = undefined));
  }

  /** Gives up what is under way and, where it is worth it, writes a last one. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#writing;
    if (this.#sinceBytes > AT_END_SEGMENTS * this.#parts.segmentBytes) await this.#write(() => this.#isDiskShort());
  }

  get #bytesMeanwhile(): number {
    return Math.max(MEANWHILE_SEGMENTS * this.#parts.segmentBytes, this.#parts.log.length / 3);
  }

  /** A snapshot must not take what records, and the tidying up of the log, need on a full disk. */
  async #isDiskShort(): Promise<boolean> {
    await this.#parts.space.ask();
    return this.#parts.space.isShort;
  }

  /** Never fails: without a snapshot, or with an older one, a start takes longer and comes to the same. */
  async #write(isOver: () => Promise<boolean>): Promise<void> {
    const { files, layout, nodeId, catalogue, log } = this.#parts;
    const bytes = this.#sinceBytes;
    try {
      const isWritten = await writeSnapshot(files, layout, nodeId, { catalogue, position: log.position }, isOver);
      // One that the disk has no room for is tried again as late as one that was written.
      if (isWritten || !this.#isOver) this.#sinceBytes -= bytes;
    } catch {
      this.#sinceBytes -= bytes;
    }
  }
}
