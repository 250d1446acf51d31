import { BUCKETS, formatStamp, type Stamp } from '@coring/protocol';
import { BucketDigests, contentHash } from '../digest.js';
import { type Entry, ENTRY_BYTES, type Location } from '../log/entry.js';
import { bucketOfKey, type Key, type NameWithin, textOf } from './key.js';
import { type Kept, KeptVersions, NO_VERSIONS } from './kept-versions.js';
import { Space } from './space.js';

/** The space whose names are those of files: kept bytes are listed under them, buckets are made of them. */
export const FILES_SPACE = 'register';

/** Everything that a store on disk holds: where each record and each kept content lies. In memory, and no more than that of it. */
export class Catalogue {
  readonly #spaces = new Map<string, Space>();
  readonly #files = new Space();
  readonly #kept = new KeptVersions();
  readonly #digests = new BucketDigests();
  /** Large files that hold kept bytes. */
  readonly #large = new Set<number>();
  /** Names with kept bytes, of each bucket and in all. */
  readonly #namesIn = new Uint32Array(BUCKETS);
  #names = 0;
  #bytes = 0;
  #liveBytes = 0;
  /** Older segments than this one count no more. */
  firstSegment = 1;

  constructor() {
    this.#spaces.set(FILES_SPACE, this.#files);
  }

  /** What the log would hold if it held no garbage, in bytes, roughly. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  get largeFiles(): ReadonlySet<number> {
    return this.#large;
  }

  space(space: string): Space | undefined {
    return this.#spaces.get(space);
  }

  spaces(): Iterable<[string, Space]> {
    return this.#spaces;
  }

  record(space: string, key: Key): Location | undefined {
    return this.#spaces.get(space)?.record(key);
  }

  kept(key: Key, version: Stamp): Kept | undefined {
    return this.#kept.find(this.#files.versions(key), version);
  }

  versions(key: Key): Kept[] {
    return this.#kept.all(this.#files.versions(key));
  }

  /** The list that begins there: see Space. */
  listed(first: number): Kept[] {
    return this.#kept.all(first);
  }

  /**
   * Makes a change that is durable. Changes are made in the order of the log; to make a run of them again comes to the same.
   * @returns the number of a large file that nothing needs any more
   */
  apply(entry: Entry): number | undefined {
    switch (entry.do) {
      case 'put':
        this.#count(entry.key.bytes.length, entry.at.length, 1);
        this.#uncount(entry.key, this.spaceFor(entry.space).put(entry.key, entry.at));
        return undefined;
      case 'delete':
        this.#uncount(entry.key, this.#spaces.get(entry.space)?.delete(entry.key));
        return undefined;
      case 'keep':
        return this.keep(entry.key, { ...entry, hash: contentHash(textOf(entry.key.bytes), entry.version) });
      case 'drop':
        return this.#drop(entry.key, entry.version);
      case 'begin':
        this.firstSegment = entry.segment;
        return undefined;
      case 'follow':
        return undefined;
    }
  }

  /** As `apply`, for who knows the hash. */
  keep(key: Key, kept: Kept): number | undefined {
    const first = this.#files.versions(key);
    const before = this.#kept.find(first, kept.version);
    if (before === undefined) this.#digests.add(bucketOfKey(key.hash), kept.hash);
    if (first === NO_VERSIONS) this.#countName(key.hash, 1);
    this.#files.setVersions(key, this.#kept.add(before === undefined ? first : this.#kept.remove(first, kept.version), kept));
    this.#account(key.bytes.length, kept, 1);
    if (before === undefined) return undefined;
    this.#account(key.bytes.length, before, -1);
    return isSameFile(before, kept) ? undefined : this.#noLongerNeeded(before);
  }

  /** Adds what a snapshot has kept of a name; `first` is what it gave for the version before. @returns what the name's `append` takes */
  loadKept(name: NameWithin, first: number, kept: Kept): number {
    if (first === NO_VERSIONS) this.#countName(name.hash, 1);
    this.#digests.add(bucketOfKey(name.hash), kept.hash);
    this.#account(name.end - name.begin, kept, 1);
    return this.#kept.add(first, kept);
  }

  /** Adds a name of a snapshot, whose names come in order: where its record lies, of segment 0 where it has none, and its kept versions. */
  loadName(space: Space, name: NameWithin, record: Location, versions: number): void {
    if (record.segment > 0) this.#count(name.end - name.begin, record.length, 1);
    space.append(name, record, versions);
  }

  digests(): Map<number, string> {
    return this.#digests.all();
  }

  holding(bucket: number): { names: number; digest: string } | undefined {
    const digest = this.#digests.of(bucket);
    return digest === undefined ? undefined : { names: this.#namesIn[bucket]!, digest };
  }

  heldIn(bucket: number): { name: string; versions: string[] }[] {
    return this.#files.heldIn(bucket).map(({ name, first }) => ({ name, versions: this.listed(first).map(({ version }) => formatStamp(version)) }));
  }

  figures(): { files: number; bytes: number } {
    return { files: this.#names, bytes: this.#bytes };
  }

  #drop(key: Key, version: Stamp): number | undefined {
    const first = this.#files.versions(key);
    const before = this.#kept.find(first, version);
    if (before === undefined) return undefined;
    this.#digests.remove(bucketOfKey(key.hash), before.hash);
    const rest = this.#kept.remove(first, version);
    this.#files.setVersions(key, rest);
    if (rest === NO_VERSIONS) this.#countName(key.hash, -1);
    this.#account(key.bytes.length, before, -1);
    return this.#noLongerNeeded(before);
  }

  #countName(hash: number, sign: 1 | -1): void {
    this.#names += sign;
    this.#namesIn[bucketOfKey(hash)]! += sign;
  }

  #account(nameBytes: number, { size, place }: Kept, sign: 1 | -1): void {
    this.#bytes += sign * size;
    this.#count(nameBytes, 'file' in place ? 0 : size, sign);
    if ('file' in place && sign === 1) this.#large.add(place.file);
  }

  #noLongerNeeded({ place }: Kept): number | undefined {
    if (!('file' in place)) return undefined;
    this.#large.delete(place.file);
    return place.file;
  }

  spaceFor(space: string): Space {
    let found = this.#spaces.get(space);
    if (found === undefined) this.#spaces.set(space, (found = new Space()));
    return found;
  }

  #count(nameBytes: number, length: number, sign: 1 | -1): void {
    this.#liveBytes += sign * (ENTRY_BYTES + nameBytes + length);
  }

  #uncount(key: Key, before: Location | undefined): void {
    if (before !== undefined) this.#count(key.bytes.length, before.length, -1);
  }
}

/** To log a large file anew is no change of it. */
function isSameFile({ place: a }: Kept, { place: b }: Kept): boolean {
  return 'file' in a && 'file' in b && a.file === b.file;
}
