import { createHash } from 'node:crypto';
import { type Shelf, ServiceError } from '../src/index.js';

/** What several nodes share, in memory. */
export class SharedShelf {
  readonly kept = new Map<string, { readonly bytes: Buffer; readonly timeMs: number }>();
  /** Nothing strong can be done. */
  isSplit = false;
  #timeMs = 1_790_000_000_000;

  /** One node's view of it, with records of its own. */
  at(own = new Map<string, unknown>()): Shelf {
    const { kept } = this;
    const check = (strong: boolean): void => {
      if (strong && this.isSplit) throw new ServiceError('not-strong', 'no majority');
    };
    return {
      own: { read: async (key) => own.get(key), write: async (key, value) => void own.set(key, value) },
      add: async (name, bytes, strong) => {
        await new Promise(setImmediate);
        check(strong);
        const there = kept.get(name);
        if (there === undefined) kept.set(name, { bytes, timeMs: (this.#timeMs += 1000) });
        return { result: there === undefined || there.bytes.equals(bytes) ? 'kept' : 'taken', headers: { 'Coring-Grade': 'strong' } };
      },
      get: async (name, strong) => {
        await new Promise(setImmediate);
        check(strong);
        return kept.get(name)?.bytes;
      },
      list: async (prefix) => {
        const entries = [...kept].filter(([name]) => name.startsWith(prefix)).map(([name, { bytes, timeMs }]) => ({ name, timeMs, digest: createHash('sha256').update(bytes).digest('hex') }));
        return { entries, isPartial: false };
      },
    };
  }
}
