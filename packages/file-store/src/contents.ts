import { diskError, StoreError } from './error.js';
import type { Catalogue } from './index/catalogue.js';
import type { Key } from './index/key.js';
import type { Kept } from './index/kept-versions.js';
import type { LargeFiles } from './large-files.js';
import { CHECKSUM_BYTES, type Location } from './log/entry.js';
import { soundBytes } from './log/read-segment.js';
import type { Segments } from './log/segments.js';
import { OpenedBytes } from './opened.js';
import type { Opened, Store } from './store.js';

type Range = Parameters<Store['read']>[1];
type Version = Kept['version'];

/** Reads what the catalogue knows of: records and kept bytes, checked. */
export class Contents {
  readonly #catalogue: Catalogue;
  readonly #segments: Segments;
  readonly #large: LargeFiles;

  constructor(catalogue: Catalogue, segments: Segments, large: LargeFiles) {
    this.#catalogue = catalogue;
    this.#segments = segments;
    this.#large = large;
  }

  /** @throws StoreError `damaged`, `disk-failed` */
  async record(space: string, key: Key): Promise<unknown> {
    const locate = (): Location | undefined => this.#catalogue.record(space, key);
    const json = await this.#readLocated(locate, (at) => this.#stored(at, at.length));
    return json === undefined ? undefined : (JSON.parse(json.toString()) as unknown);
  }

  /** @throws StoreError `damaged`, `disk-failed` */
  open(key: Key, version: Version, range: Range): Promise<Opened | undefined> {
    const locate = (): Kept | undefined => this.#catalogue.kept(key, version);
    return this.#readLocated(locate, async ({ size, place }) => {
      if ('file' in place) return { size, stream: await this.#large.open(place.file, size, range) };
      return new OpenedBytes(await this.#stored(place, size), range);
    });
  }

  /** Things move while they are looked up: one that cannot be read where it was is read where it is now. */
  async #readLocated<Where, What>(locate: () => Where | undefined, read: (where: Where) => Promise<What>): Promise<What | undefined> {
    for (let where = locate(); where !== undefined; ) {
      try {
        return await read(where);
      } catch (cause) {
        const again = locate();
        if (again !== undefined && isSame(again, where)) throw diskError(cause, 'read what is kept');
        where = again;
      }
    }
    return undefined;
  }

  async #stored({ segment, offset }: { readonly segment: number; readonly offset: number }, length: number): Promise<Buffer> {
    const bytes = soundBytes(await this.#segments.read(segment, offset, CHECKSUM_BYTES + length), length);
    if (bytes === undefined) throw new StoreError('damaged', `segment ${segment} of the log is damaged at byte ${offset}`);
    return bytes;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
