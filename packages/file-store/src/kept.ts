import { bucketOf, compareStamps, compareUtf8, formatStamp, type Stamp } from '@coring/protocol';
import { BucketDigests, contentHash } from './digest.js';

interface KeptVersion {
  readonly version: Stamp;
  /** In bytes. */
  readonly size: number;
}

/** Which versions of which names have bytes here, in memory. */
export class KeptIndex {
  readonly #names = new Map<string, readonly KeptVersion[]>();
  readonly #digests = new BucketDigests();
  /** One string for each node, not one for each version. */
  readonly #nodes = new Map<string, string>();
  #bytes = 0;
  #size = 0;

  /** Of how many versions. */
  get size(): number {
    return this.#size;
  }

  sizeOf(name: string, version: Stamp): number | undefined {
    return this.#names.get(name)?.find((kept) => compareStamps(kept.version, version) === 0)?.size;
  }

  /** In the order of stamps. */
  versions(name: string): Stamp[] {
    return (this.#names.get(name) ?? []).map(({ version }) => ({ ...version }));
  }

  add(name: string, version: Stamp, size: number): void {
    this.remove(name, version);
    const kept = { version: { time: version.time, node: this.#sharedNode(version.node) }, size };
    this.#names.set(name, [...(this.#names.get(name) ?? []), kept].sort((a, b) => compareStamps(a.version, b.version)));
    this.#digests.add(bucketOf(name), contentHash(name, version));
    this.#bytes += size;
    this.#size++;
  }

  remove(name: string, version: Stamp): void {
    const size = this.sizeOf(name, version);
    if (size === undefined) return;
    const rest = this.#names.get(name)!.filter((kept) => compareStamps(kept.version, version) !== 0);
    if (rest.length === 0) this.#names.delete(name);
    else this.#names.set(name, rest);
    this.#digests.remove(bucketOf(name), contentHash(name, version));
    this.#bytes -= size;
    this.#size--;
  }

  digests(): Map<number, string> {
    return this.#digests.all();
  }

  holding(bucket: number): { names: number; digest: string } | undefined {
    const digest = this.#digests.of(bucket);
    return digest === undefined ? undefined : { names: this.heldIn(bucket).length, digest };
  }

  heldIn(bucket: number): { name: string; versions: string[] }[] {
    const names = [...this.#names.keys()].filter((name) => bucketOf(name) === bucket).sort(compareUtf8);
    return names.map((name) => ({ name, versions: this.versions(name).map(formatStamp) }));
  }

  figures(): { files: number; bytes: number } {
    return { files: this.#names.size, bytes: this.#bytes };
  }

  *all(): Generator<{ name: string; version: Stamp; size: number }> {
    for (const [name, versions] of this.#names) for (const { version, size } of versions) yield { name, version, size };
  }

  #sharedNode(node: string): string {
    const shared = this.#nodes.get(node);
    if (shared !== undefined) return shared;
    this.#nodes.set(node, node);
    return node;
  }
}
