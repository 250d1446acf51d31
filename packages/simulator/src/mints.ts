import { type FileVersion, formatStamp, type Seen, type Stamp } from '@coring/protocol';

/** A version as it was when it was made: what its maker had seen. */
export interface Mint {
  readonly version: Stamp;
  readonly seen: Seen;
  readonly deleted: boolean;
  readonly digest: string;
  readonly opIds: readonly string[];
}

/**
 * Every version ever made. What its writer knew is what the writer itself noted down; the `seen` of values in messages has
 * grown by merges, except where a version is met for the first time.
 */
export class Mints {
  readonly #names = new Map<string, Map<string, Mint>>();
  readonly #told = new Set<string>();
  /** Two versions of one stamp with different bytes. */
  readonly confusions: string[] = [];

  /**
   * Its writer notes the version down, at each attempt: what it has seen by then the version succeeds. A note that a crash took away
   * before anybody was told may be made again, of something else.
   */
  made(name: string, value: FileVersion): void {
    const key = formatStamp(value.version);
    const noted = this.#names.get(name)?.get(key);
    if (noted !== undefined && noted.digest !== value.digest && !this.#told.has(`${name} ${key}`)) this.#names.get(name)!.delete(key);
    const known = this.#met(name, value);
    for (const [node, time] of Object.entries(value.seen)) known.seen[node] = Math.max(known.seen[node] ?? 0, time);
  }

  /** It is told to another node. */
  met(name: string, value: FileVersion): void {
    this.#told.add(`${name} ${formatStamp(value.version)}`);
    this.#met(name, value);
  }

  of(name: string): Mint[] {
    return [...(this.#names.get(name)?.values() ?? [])];
  }

  #met(name: string, value: FileVersion): Mint {
    let mints = this.#names.get(name);
    if (mints === undefined) this.#names.set(name, (mints = new Map()));
    const key = formatStamp(value.version);
    const known = mints.get(key);
    if (known === undefined) {
      const opIds = value.ops.filter(({ version }) => formatStamp(version) === key).map(({ id }) => id);
      const mint = { version: value.version, seen: { ...value.seen }, deleted: value.deleted, digest: value.digest, opIds };
      mints.set(key, mint);
      return mint;
    }
    if (known.digest !== value.digest || known.deleted !== value.deleted) {
      this.confusions.push(`${name}: version ${key} stands for ${known.digest} and for ${value.digest}`);
    }
    return known;
  }
}
