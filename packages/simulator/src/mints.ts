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
 * Every version ever made, as first met in a save or message. Later sightings carry the `seen` of merges,
 * which says nothing of what the writer knew.
 */
export class Mints {
  readonly #names = new Map<string, Map<string, Mint>>();
  /** Two versions of one stamp with different bytes. */
  readonly confusions: string[] = [];

  met(name: string, value: FileVersion): void {
    let mints = this.#names.get(name);
    if (mints === undefined) this.#names.set(name, (mints = new Map()));
    const key = formatStamp(value.version);
    const known = mints.get(key);
    if (known === undefined) {
      const opIds = value.ops.filter(({ version }) => formatStamp(version) === key).map(({ id }) => id);
      mints.set(key, { version: value.version, seen: { ...value.seen }, deleted: value.deleted, digest: value.digest, opIds });
    } else if (known.digest !== value.digest || known.deleted !== value.deleted) {
      this.confusions.push(`${name}: version ${key} stands for ${known.digest} and for ${value.digest}`);
    }
  }

  of(name: string): Mint[] {
    return [...(this.#names.get(name)?.values() ?? [])];
  }
}
