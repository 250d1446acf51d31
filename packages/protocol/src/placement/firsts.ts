import type { EpochMember } from '../message/epoch.js';
import { BUCKETS } from './bucket.js';
import { type Draws, drawsOf, firstIndices } from './rendezvous.js';

/** The first few members of each bucket, found out as they are asked for. Those that have the same ones in the same order share a list. */
export class Firsts {
  readonly #lists: (readonly string[])[] = [[]];
  /** The number of each bucket's list; 0 where it is not found out yet. */
  readonly #found = new Uint16Array(BUCKETS);
  /** All below are found out. */
  #foundTo = 0;
  readonly #numbers = new Map<string, number>();

  constructor(
    readonly draws: Draws,
    readonly count: number,
  ) {}

  of(bucket: number): readonly string[] {
    return this.#lists[(this.#found[bucket] ||= this.#find(bucket))]!;
  }

  /** The number of the list of every bucket. */
  all(): Uint16Array {
    for (; this.#foundTo < BUCKETS; this.#foundTo++) this.#found[this.#foundTo] ||= this.#find(this.#foundTo);
    return this.#found;
  }

  #find(bucket: number): number {
    const indices = firstIndices(this.draws, bucket, this.count);
    const key = String.fromCharCode(...indices);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      this.#numbers.set(key, (number = this.#lists.length));
      this.#lists.push(indices.map((index) => this.draws.nodeIds[index]!));
    }
    return number;
  }
}

/** What was found out about a set of members. */
interface Table {
  readonly draws: Draws;
  /** By their count. */
  readonly firsts: Map<number, Firsts>;
}

/** Sets of members of which that is kept: the epochs in force, and a few that are over. */
const TABLES_MAX = 8;

// Owners of 16 384 buckets are asked for with the same members, and every epoch comes in many messages: equal sets share what was computed.
const known = new WeakMap<readonly EpochMember[], Table>();
const tables = new Map<string, Table>();

export function tableOf(members: readonly EpochMember[]): Table {
  let table = known.get(members);
  if (table !== undefined) return table;
  const key = JSON.stringify(members.map(({ nodeId, capacity, zone }) => [nodeId, capacity, zone]));
  table = tables.get(key) ?? { draws: drawsOf(members), firsts: new Map() };
  tables.delete(key);
  tables.set(key, table);
  if (tables.size > TABLES_MAX) tables.delete(tables.keys().next().value!);
  known.set(members, table);
  return table;
}

export function firstsOf({ draws, firsts }: Table, count: number): Firsts {
  let found = firsts.get(count);
  if (found === undefined) firsts.set(count, (found = new Firsts(draws, count)));
  return found;
}
