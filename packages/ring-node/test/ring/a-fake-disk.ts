import { type BucketDigest, bucketOf, BucketSet, formatHash64, formatStamp, hash64, type Stamp } from '@coring/protocol';
import type { Change, Effect } from '../../src/ring/effect.js';
import type { Register, ScannedEntry } from '../../src/ring/index.js';
import { type Persisted, persistedFrom } from '../../src/ring/persisted.js';

export interface Bytes {
  readonly digest: string;
  readonly size: number;
}

/** What survives a crash of a node. */
export interface FakeDisk {
  readonly records: Map<string, string>;
  readonly registers: Map<string, string>;
  /** By name and version. */
  readonly kept: Map<string, Bytes & { readonly name: string; readonly version: Stamp }>;
  readonly staged: Map<string, Bytes>;
}

export function aDisk(): FakeDisk {
  return { records: new Map(), registers: new Map(), kept: new Map(), staged: new Map() };
}

export function save(disk: FakeDisk, change: Change): void {
  switch (change.do) {
    case 'put':
      (change.space === 'ring' ? disk.records : disk.registers).set(change.key, JSON.stringify(change.value));
      return;
    case 'delete':
      (change.space === 'ring' ? disk.records : disk.registers).delete(change.key);
      return;
    case 'keep': {
      const bytes = disk.staged.get(change.token);
      if (bytes === undefined) throw new Error(`no bytes are staged as ${change.token}`);
      disk.staged.delete(change.token);
      disk.kept.set(keyOf(change.name, change.version), { digest: bytes.digest, size: bytes.size, name: change.name, version: change.version });
      return;
    }
    case 'drop':
      disk.kept.delete(keyOf(change.name, change.version));
      return;
    case 'discard':
      disk.staged.delete(change.token);
      return;
  }
}

/** The bytes under a token, or of a version. */
export function bytesOf(disk: FakeDisk, name: string, { version, token }: { readonly version?: Stamp | undefined; readonly token?: string | undefined }): Bytes | undefined {
  return (token === undefined ? undefined : disk.staged.get(token)) ?? (version === undefined ? undefined : disk.kept.get(keyOf(name, version)));
}

export function loaded(disk: FakeDisk, name: string): { register?: Register; kept: Stamp[] } {
  const text = disk.registers.get(name);
  const kept = [...disk.kept.values()].filter((bytes) => bytes.name === name).map(({ version }) => version);
  return { ...(text === undefined ? {} : { register: JSON.parse(text) as Register }), kept };
}

export function scanned(disk: FakeDisk, { prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number }): { entries: { name: string; register: Register; kept: Stamp[] }[]; more: boolean } {
  const names = [...disk.registers.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
  const entries = names.slice(0, limit).map((name) => {
    const { register, kept } = loaded(disk, name);
    return { name, register: register!, kept };
  });
  return { entries, more: names.length > limit };
}

export function scannedBuckets(disk: FakeDisk, { buckets, unless, after, limit }: Omit<Extract<Effect, { type: 'scan-buckets' }>, 'type' | 'ref'>): { entries: ScannedEntry[]; equal: BucketSet; more: boolean } {
  const [own, theirs] = [digestsOf(disk, buckets), unless ?? []].map((digests) => new Map(digests.map(({ bucket, digest }) => [bucket, digest])));
  const equal = new BucketSet([...buckets].filter((bucket) => unless !== undefined && own!.get(bucket) === theirs!.get(bucket)));
  const first = buckets.next();
  const isAsked = (name: string, bucket: number): boolean => buckets.has(bucket) && !equal.has(bucket) && (bucket !== first || name > after);
  const names = [...disk.registers.keys()].filter((name) => isAsked(name, bucketOf(name)));
  names.sort((a, b) => bucketOf(a) - bucketOf(b) || (a < b ? -1 : 1));
  const entries = names.slice(0, limit).map((name) => ({ name, ...loaded(disk, name) }) as ScannedEntry);
  return { entries, equal, more: names.length > limit };
}

export function digestsOf(disk: FakeDisk, buckets: BucketSet): BucketDigest[] {
  const kept = new Map<number, string[]>();
  for (const [key, { name }] of disk.kept) kept.set(bucketOf(name), [...(kept.get(bucketOf(name)) ?? []), key]);
  return [...buckets].flatMap((bucket) => {
    const keys = kept.get(bucket);
    return keys === undefined ? [] : [{ bucket, digest: formatHash64(hash64(keys.sort().join())) }];
  });
}

export function persistedOf({ records }: FakeDisk): Persisted {
  return persistedFrom([...records].map(([key, text]) => [key, JSON.parse(text) as unknown]));
}

function keyOf(name: string, version: Stamp): string {
  return `${name} ${formatStamp(version)}`;
}
