import { formatStamp } from '@coring/protocol';
import type { History, Operation } from './history.js';

/** So many nodes know of a deletion at least, where a file has copies. */
const DELETED_AT = 2;

/** Copies that disks lost. Of what had no more copies than that, nobody promises anything. */
export class Losses {
  /** Disks lost as a whole. */
  disks = 0;
  /** Disks of which a copy was started: two processes vote as one then, and what one of them has said the other does not know. */
  clones = 0;
  /** Damaged copies, by name and version. */
  readonly #damaged = new Map<string, Map<string, number>>();

  damaged(name: string, version: string): void {
    let versions = this.#damaged.get(name);
    if (versions === undefined) this.#damaged.set(name, (versions = new Map()));
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }

  /** Whether all copies of some version of the name may be among the lost: a client was told of no more, of none at all, or nothing. */
  mayConcern(name: string, history: History): boolean {
    const untold = new Map(this.#damaged.get(name));
    if (this.clones > 0) return true;
    if (this.disks === 0 && untold.size === 0) return false;
    for (const { answer, request } of history.of(name)) {
      if (request.op === 'put' && this.disks > 0 && isOpen(answer)) return true;
      if (answer?.type === 'deleted' && this.disks >= DELETED_AT) return true;
      if (answer?.type !== 'stored') continue;
      const version = formatStamp(answer.value.version);
      if (answer.receipt.copies <= this.disks + (this.#damaged.get(name)?.get(version) ?? 0)) return true;
      untold.delete(version);
    }
    return untold.size > 0;
  }
}

/** Whether the outcome is not known: the write may have taken place, with a single copy. */
function isOpen(answer: Operation['answer']): boolean {
  return answer === undefined || (answer.type === 'failed' && answer.code === 'outcome-unknown');
}
