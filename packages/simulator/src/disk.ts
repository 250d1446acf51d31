import { type BucketDigest, bucketOf, BucketSet, compareUtf8, formatHash64, formatStamp, hash64, parseStamp, type Stamp } from '@coring/protocol';
import type { Change, RecordSpace, Register, ScannedEntry } from '@coring/ring-node/ring';
import type { Random } from './random.js';

export interface DiskOptions {
  /** What one sync takes. */
  readonly syncMs: number;
  /** How often a sync is a slow one, and what that takes. */
  readonly slowChance: number;
  readonly slowMs: number;
}

/** All that the simulation keeps of a file's bytes. */
export interface Content {
  readonly digest: string;
  readonly size: number;
}

/** What is on a disk: records as JSON text by space and key, and bytes by name and version. */
interface Contents {
  readonly records: Record<RecordSpace, Map<string, string>>;
  readonly kept: Map<string, Map<string, Content>>;
}

interface Placed {
  readonly name: string;
  readonly bucket: number;
}

type Written =
  | { readonly do: 'put'; readonly space: RecordSpace; readonly key: string; readonly text: string }
  | { readonly do: 'delete'; readonly space: RecordSpace; readonly key: string }
  | { readonly do: 'keep'; readonly name: string; readonly version: string; readonly content: Content }
  | { readonly do: 'drop'; readonly name: string; readonly version: string };

/** A disk that tells what was written from what a crash leaves of it. */
export class Disk {
  /** Saves up to this one are durable. */
  synced = 0;
  /** The last save made. */
  saved = 0;
  #written = nothing();
  #durable = nothing();
  #unsynced: { readonly save: number; readonly isLazy: boolean; readonly changes: readonly Written[] }[] = [];
  readonly staged = new Map<string, Content>();
  /** Until then it has no room, or gives no bytes: in the world's time. */
  fullUntilMs = -1;
  unreadableUntilMs = -1;
  /** Versions, with their names, of which the disk does not give back what was kept. */
  readonly #damaged = new Set<string>();

  /** Takes the changes in; they are seen at once, durable after a sync, lazy ones with the next save. @throws Error where a token is unknown: the store would refuse. */
  save(changes: readonly Change[], isLazy = false): void {
    if (!isLazy) this.saved++;
    const written: Written[] = [];
    for (const change of changes) {
      const one = this.#asWritten(change);
      if (one === undefined) continue;
      if (one.do === 'keep' || one.do === 'drop') this.#damaged.delete(`${one.version} ${one.name}`);
      apply(this.#written, one);
      written.push(one);
    }
    this.#unsynced.push({ save: isLazy ? this.saved + 1 : this.saved, isLazy, changes: written });
  }

  /** Everything up to a save is durable now. */
  sync(save: number): void {
    let done = 0;
    for (const { changes } of this.#unsynced.filter((pending) => pending.save <= save)) {
      for (const change of changes) apply(this.#durable, change);
      done++;
    }
    this.#unsynced.splice(0, done);
    this.synced = save;
  }

  /** Whether a record was written that is not durable yet, not counting what was saved lazily. */
  isUnsynced(key: string): boolean {
    return this.#unsynced.some(({ isLazy, changes }) => !isLazy && changes.some((change) => 'key' in change && change.key === key));
  }

  /** Everything is durable, lazy saves too. */
  flush(): void {
    this.sync(this.saved + 1);
    this.synced = this.saved;
  }

  /** Power off: of what was not synced, some beginning may have reached the disk. Staged bytes are gone. */
  crash(random: Random): void {
    const changes = this.#unsynced.flatMap((pending) => pending.changes);
    for (const change of changes.slice(0, random.below(changes.length + 1))) apply(this.#durable, change);
    this.#unsynced = [];
    this.#written = copyOf(this.#durable);
    this.synced = this.saved;
    this.staged.clear();
  }

  /** Becomes what another one holds durably. */
  copy(other: Disk): void {
    this.#durable = copyOf(other.#durable);
    this.#written = copyOf(other.#durable);
    for (const damaged of other.#damaged) this.#damaged.add(damaged);
  }

  /** Nothing is left of it. */
  lose(): void {
    this.#written = nothing();
    this.#durable = nothing();
    this.#damaged.clear();
  }

  /** Bits of a kept version flip. Returns whether there is such a version. */
  damage(name: string, version: string): boolean {
    const isThere = this.#durable.kept.get(name)?.has(version) === true;
    if (isThere) this.#damaged.add(`${version} ${name}`);
    return isThere;
  }

  /** What reading everything would find. */
  damaged(): { readonly name: string; readonly version: Stamp }[] {
    const all = [...this.#written.kept].flatMap(([name, versions]) => [...versions.keys()].map((version) => ({ name, version })));
    return all.filter(({ name, version }) => this.#damaged.has(`${version} ${name}`)).map(({ name, version }) => ({ name, version: parseStamp(version)! }));
  }

  records(space: RecordSpace): [key: string, value: unknown][] {
    return [...this.#written.records[space]].map(([key, text]) => [key, JSON.parse(text) as unknown]);
  }

  record(space: RecordSpace, key: string): unknown {
    const text = this.#written.records[space].get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  register(name: string): Register | undefined {
    return this.record('register', name) as Register | undefined;
  }

  names(): string[] {
    return [...this.#written.records.register.keys()].sort(compareUtf8);
  }

  scan(prefix: string, after: string, limit: number): { entries: ScannedEntry[]; more: boolean } {
    const names = this.names().filter((name) => name.startsWith(prefix) && compareUtf8(name, after) > 0);
    const entries = names.slice(0, limit).map((name) => ({ name, register: this.register(name)!, kept: this.versionsOf(name) }));
    return { entries, more: names.length > limit };
  }

  scanBuckets(buckets: BucketSet, unless: readonly BucketDigest[] | undefined, after: string, limit: number): { entries: ScannedEntry[]; equal: BucketSet; more: boolean } {
    const equal = unless === undefined ? new BucketSet() : this.#asDigested(buckets, unless);
    const first = buckets.next();
    const isAsked = ({ name, bucket }: Placed): boolean => buckets.has(bucket) && !equal.has(bucket) && (bucket !== first || compareUtf8(name, after) > 0);
    const placed = this.names().map((name): Placed => ({ name, bucket: bucketOf(name) })).filter(isAsked).sort((a, b) => a.bucket - b.bucket);
    const entries = placed.slice(0, limit).map(({ name }) => ({ name, register: this.register(name)!, kept: this.versionsOf(name) }));
    return { entries, equal, more: placed.length > limit };
  }

  /** For each of these buckets that has bytes of files, 16 hex digits over them. */
  digests(buckets: BucketSet): BucketDigest[] {
    const lines = new Map<number, string[]>();
    for (const [name, versions] of this.#written.kept) {
      const bucket = bucketOf(name);
      if (buckets.has(bucket)) lines.set(bucket, [...(lines.get(bucket) ?? []), ...[...versions.keys()].map((version) => `${version} ${name}`)]);
    }
    const digests = [...lines].map(([bucket, theirs]) => ({ bucket, digest: formatHash64(hash64(theirs.sort().join('\n'))) }));
    return digests.sort((a, b) => a.bucket - b.bucket);
  }

  versionsOf(name: string): Stamp[] {
    return [...(this.#written.kept.get(name)?.keys() ?? [])].map((version) => parseStamp(version)!);
  }

  /** Undefined where it is not here, or damaged. */
  content(name: string, version: Stamp): Content | undefined {
    const text = formatStamp(version);
    return this.#damaged.has(`${text} ${name}`) ? undefined : this.#written.kept.get(name)?.get(text);
  }

  get files(): number {
    return this.#written.kept.size;
  }

  /** Those of these buckets whose digests are the ones given. */
  #asDigested(buckets: BucketSet, given: readonly BucketDigest[]): BucketSet {
    const own = new Map(this.digests(buckets).map(({ bucket, digest }) => [bucket, digest]));
    const theirs = new Map(given.map(({ bucket, digest }) => [bucket, digest]));
    const equal = buckets.from(0);
    for (const bucket of [...own.keys(), ...theirs.keys()]) if (own.get(bucket) !== theirs.get(bucket)) equal.delete(bucket);
    return equal;
  }

  #asWritten(change: Change): Written | undefined {
    switch (change.do) {
      case 'put':
        return { do: 'put', space: change.space, key: change.key, text: JSON.stringify(change.value) };
      case 'delete':
        return change;
      case 'keep': {
        const content = this.staged.get(change.token);
        if (content === undefined) throw new Error(`no such token: ${change.token} to be kept as ${change.name}`);
        this.staged.delete(change.token);
        return { do: 'keep', name: change.name, version: formatStamp(change.version), content };
      }
      case 'drop':
        return { do: 'drop', name: change.name, version: formatStamp(change.version) };
      case 'discard':
        this.staged.delete(change.token);
        return undefined;
    }
  }
}

function nothing(): Contents {
  return { records: { ring: new Map(), register: new Map() }, kept: new Map() };
}

function copyOf({ records, kept }: Contents): Contents {
  return {
    records: { ring: new Map(records.ring), register: new Map(records.register) },
    kept: new Map([...kept].map(([name, versions]) => [name, new Map(versions)])),
  };
}

function apply({ records, kept }: Contents, change: Written): void {
  switch (change.do) {
    case 'put':
      records[change.space].set(change.key, change.text);
      break;
    case 'delete':
      records[change.space].delete(change.key);
      break;
    case 'keep': {
      let versions = kept.get(change.name);
      if (versions === undefined) kept.set(change.name, (versions = new Map()));
      versions.set(change.version, change.content);
      break;
    }
    case 'drop': {
      const versions = kept.get(change.name);
      versions?.delete(change.version);
      if (versions?.size === 0) kept.delete(change.name);
      break;
    }
  }
}
