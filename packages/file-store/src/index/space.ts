import type { Location } from '../log/entry.js';
import { grown } from './grown.js';
import { type Key, type NameWithin, textOf } from './key.js';
import { NO_VERSIONS } from './kept-versions.js';
import { Names } from './names.js';

/** Segments count from 1: a name without a record. */
const NO_RECORD = 0;

export interface Page {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

/** The names of one space with what is known of each: where its record lies and the list of its kept versions. A name stays as long as it has either. */
export class Space {
  readonly #names = new Names();
  #segments = new Uint32Array();
  #offsets = new Uint32Array();
  #lengths = new Uint32Array();
  #versions = new Uint32Array();

  record(key: Key): Location | undefined {
    const id = this.#names.find(key);
    return id === undefined ? undefined : this.#recordOf(id);
  }

  /** What the record of the key was before. */
  put(key: Key, { segment, offset, length }: Location): Location | undefined {
    const id = this.#add(key);
    const before = this.#recordOf(id);
    this.#segments[id] = segment;
    this.#offsets[id] = offset;
    this.#lengths[id] = length;
    return before;
  }

  /** Adds a name that comes behind all that are there. */
  append(name: NameWithin, { segment, offset, length }: Location, versions: number): void {
    const id = this.#names.append(name);
    this.#makeRoom(id);
    this.#segments[id] = segment;
    this.#offsets[id] = offset;
    this.#lengths[id] = length;
    this.#versions[id] = versions;
  }

  /** What the record of the key was before. */
  delete(key: Key): Location | undefined {
    const id = this.#names.find(key);
    if (id === undefined) return undefined;
    const before = this.#recordOf(id);
    this.#segments[id] = NO_RECORD;
    this.#removeIfEmpty(id);
    return before;
  }

  versions(key: Key): number {
    const id = this.#names.find(key);
    return id === undefined ? NO_VERSIONS : this.#versions[id]!;
  }

  setVersions(key: Key, first: number): void {
    const id = this.#add(key);
    this.#versions[id] = first;
    this.#removeIfEmpty(id);
  }

  /** Names that have records. */
  list({ prefix, after, limit }: Page): string[] {
    const [prefixBytes, afterBytes] = [Buffer.from(prefix), Buffer.from(after)];
    const found: string[] = [];
    if (limit <= 0) return found;
    for (const id of this.#names.from(Buffer.compare(afterBytes, prefixBytes) > 0 ? afterBytes : prefixBytes)) {
      const bytes = this.#names.bytesOf(id);
      if (Buffer.compare(bytes.subarray(0, prefixBytes.length), prefixBytes) !== 0) break;
      if (this.#segments[id] === NO_RECORD || Buffer.compare(bytes, afterBytes) <= 0) continue;
      found.push(textOf(bytes));
      if (found.length === limit) break;
    }
    return found;
  }

  /** As `list`, of those in a bucket. */
  inBucket(bucket: number, { after, limit }: Omit<Page, 'prefix'>): string[] {
    const ids = this.#names.inBucket(bucket, Buffer.from(after)).filter((id) => this.#segments[id] !== NO_RECORD);
    return ids.slice(0, limit).map((id) => this.#names.text(id));
  }

  /** The names of a bucket that have versions, with the list of them. */
  heldIn(bucket: number): { readonly name: string; readonly first: number }[] {
    const ids = this.#names.inBucket(bucket, new Uint8Array()).filter((id) => this.#versions[id] !== NO_VERSIONS);
    return ids.map((id) => ({ name: this.#names.text(id), first: this.#versions[id]! }));
  }

  /** Every name after `after`, or from the first on, in order. Nothing may be changed meanwhile. */
  *all(after?: Uint8Array): Generator<{ readonly key: Key; readonly record: Location | undefined; readonly versions: number }> {
    for (const id of this.#names.from(after ?? new Uint8Array())) {
      const key = { bytes: this.#names.bytesOf(id), hash: this.#names.hashOf(id) };
      if (after !== undefined && Buffer.compare(key.bytes, after) === 0) continue;
      yield { key, record: this.#recordOf(id), versions: this.#versions[id]! };
    }
  }

  #add(key: Key): number {
    const id = this.#names.add(key);
    this.#makeRoom(id);
    return id;
  }

  #makeRoom(id: number): void {
    if (id < this.#segments.length) return;
    this.#segments = grown(this.#segments, id + 1);
    this.#offsets = grown(this.#offsets, id + 1);
    this.#lengths = grown(this.#lengths, id + 1);
    const known = this.#versions.length;
    this.#versions = grown(this.#versions, id + 1).fill(NO_VERSIONS, known);
  }

  #recordOf(id: number): Location | undefined {
    const segment = this.#segments[id]!;
    return segment === NO_RECORD ? undefined : { segment, offset: this.#offsets[id]!, length: this.#lengths[id]! };
  }

  #removeIfEmpty(id: number): void {
    if (this.#segments[id] === NO_RECORD && this.#versions[id] === NO_VERSIONS) this.#names.remove(id);
  }
}
