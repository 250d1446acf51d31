import { compareUtf8 } from '@coring/protocol';

/** Most keys of a run: a full one is split in two. */
const RUN_MAX = 512;

/**
 * A set of keys in the order of their UTF-8 bytes, cut into short sorted runs: adding, removing and finding take two binary searches and a
 * short move, whatever the number of keys.
 */
export class SortedKeys {
  readonly #runs: string[][] = [];

  add(key: string): void {
    const at = this.#runOf(key);
    const run = this.#runs[at];
    if (run === undefined) {
      this.#runs.push([key]);
      return;
    }
    const place = firstNotBelow(run, key);
    if (run[place] === key) return;
    run.splice(place, 0, key);
    if (run.length > RUN_MAX) this.#runs.splice(at + 1, 0, run.splice(run.length >> 1));
  }

  delete(key: string): void {
    const at = this.#runOf(key);
    const run = this.#runs[at];
    if (run === undefined) return;
    const place = firstNotBelow(run, key);
    if (run[place] !== key) return;
    run.splice(place, 1);
    if (run.length === 0) this.#runs.splice(at, 1);
  }

  /** At most `limit` keys after `after` that begin with `prefix`. */
  range({ prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number }): string[] {
    const found: string[] = [];
    const from = compareUtf8(after, prefix) > 0 ? after : prefix;
    let at = this.#runOf(from);
    let place = firstNotBelow(this.#runs[at] ?? [], from);
    while (found.length < limit) {
      const run = this.#runs[at];
      if (run === undefined) break;
      const key = run[place];
      if (key === undefined) {
        at++;
        place = 0;
        continue;
      }
      if (!key.startsWith(prefix)) break;
      if (compareUtf8(key, after) > 0) found.push(key);
      place++;
    }
    return found;
  }

  /** The last run that begins at or below the key; the first where none does. */
  #runOf(key: string): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareUtf8(this.#runs[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function firstNotBelow(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(run[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
