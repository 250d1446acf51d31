/** Most ids of a run: a full one is split in two. */
const RUN_MAX = 512;

interface Run {
  readonly ids: Uint32Array;
  length: number;
}

/** Below 0 where the name of an id comes before the one looked for, 0 where it is that. */
export type CompareTo = (id: number) => number;

/**
 * Ids in the order of their names, cut into short sorted runs: adding, removing and finding take two binary searches and a short move, whatever the
 * number of ids.
 */
export class SortedIds {
  readonly #runs: Run[] = [];

  add(id: number, compare: CompareTo): void {
    const last = this.#runs.at(-1);
    if (last === undefined || compare(last.ids[last.length - 1]!) < 0) return this.append(id);
    const at = this.#runOf(compare);
    const run = this.#runs[at]!;
    const place = firstNotBelow(run, compare);
    if (run.length < RUN_MAX) return insert(run, place, id);
    const second = runOf(run.ids.subarray(RUN_MAX >> 1));
    this.#runs.splice(at + 1, 0, second);
    run.length = RUN_MAX >> 1;
    if (place <= run.length) insert(run, place, id);
    else insert(second, place - run.length, id);
  }

  delete(compare: CompareTo): void {
    const at = this.#runOf(compare);
    const run = this.#runs[at];
    if (run === undefined) return;
    const place = firstNotBelow(run, compare);
    if (place === run.length || compare(run.ids[place]!) !== 0) return;
    run.ids.copyWithin(place, place + 1, run.length);
    run.length--;
    if (run.length === 0) this.#runs.splice(at, 1);
  }

  /** Ids from the first that does not come before the name looked for. Nothing may be added or deleted meanwhile. */
  *from(compare: CompareTo): Generator<number> {
    let at = this.#runOf(compare);
    let place = at < this.#runs.length ? firstNotBelow(this.#runs[at]!, compare) : 0;
    for (; at < this.#runs.length; at++, place = 0) {
      const run = this.#runs[at]!;
      for (; place < run.length; place++) yield run.ids[place]!;
    }
  }

  /** Of a name that comes behind all others. Names that come in order fill the runs. */
  append(id: number): void {
    const last = this.#runs.at(-1);
    if (last === undefined || last.length === RUN_MAX) this.#runs.push(runOf([id]));
    else insert(last, last.length, id);
  }

  /** The last run that begins at or below the name looked for; the first where none does. */
  #runOf(compare: CompareTo): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#runs[middle]!.ids[0]!) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function runOf(ids: ArrayLike<number>): Run {
  const run = { ids: new Uint32Array(RUN_MAX), length: ids.length };
  run.ids.set(ids);
  return run;
}

function insert(run: Run, place: number, id: number): void {
  run.ids.copyWithin(place + 1, place, run.length);
  run.ids[place] = id;
  run.length++;
}

function firstNotBelow(run: Run, compare: CompareTo): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(run.ids[middle]!) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
