import { formatStamp } from '@coring/protocol';
import type { History } from './history.js';

/** So many nodes know of a deletion at least, where a file has copies. */
const DELETED_AT = 2;

/** Copies that disks lost. Of what had no more copies than that, nobody promises anything. */
export class Losses {
  /** Disks lost as a whole. */
  disks = 0;
  /** Damaged copies, by name and version. */
  readonly #damaged = new Map<string, Map<string, number>>();

  damaged(name: string, version: string): void {
    let versions = this.#damaged.get(name);
    if (versions === undefined) this.#damaged.set(name, (versions = new Map()));
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }

  /** Whether all copies of some version of the name may be among the lost: a client was told of no more, or of none at all. */
  mayConcern(name: string, history: History): boolean {
    const untold = new Map(this.#damaged.get(name));
    if (this.disks === 0 && untold.size === 0) return false;
    for (const { answer } of history.of(name)) {
      if (answer?.type === 'deleted' && this.disks >= DELETED_AT) return true;
      if (answer?.type !== 'stored') continue;
      const version = formatStamp(answer.value.version);
      if (answer.receipt.copies <= this.disks + (this.#damaged.get(name)?.get(version) ?? 0)) return true;
      untold.delete(version);
    }
    return untold.size > 0;
  }
}
