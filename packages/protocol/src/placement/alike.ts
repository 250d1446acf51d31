import type { EpochMember } from '../message/epoch.js';
import { BUCKETS } from './bucket.js';
import { firstsOf, tableOf } from './firsts.js';
import { FEW } from './rendezvous.js';

/** So many first members of each bucket are meant. */
export interface Placement {
  readonly members: readonly EpochMember[];
  readonly count: number;
}

/**
 * A number for each bucket: the same one for buckets that have the same first members, in the same order, in each of these placements. In a
 * small ring these are few: what goes by the owners alone need not be found out for every bucket.
 */
export function alike(placements: readonly Placement[]): Uint16Array {
  const [first, ...others] = placements.map(numbersOf);
  return others.reduce(both, first ?? apart);
}

function numbersOf({ members, count }: Placement): Uint16Array {
  return count > FEW ? apart : firstsOf(tableOf(members), count).all();
}

/** Every bucket for itself. */
const apart = Uint16Array.from({ length: BUCKETS }, (_, bucket) => bucket);
const joined = new WeakMap<Uint16Array, WeakMap<Uint16Array, Uint16Array>>();

/** Alike in both. The next run of buckets asks for the same: it is kept as long as these are. */
function both(a: Uint16Array, b: Uint16Array): Uint16Array {
  const withA = joined.get(a) ?? new WeakMap<Uint16Array, Uint16Array>();
  joined.set(a, withA);
  let numbers = withA.get(b);
  if (numbers === undefined) {
    const known = new Map<number, number>();
    numbers = a.map((number, bucket) => {
      const pair = number * BUCKETS * 4 + b[bucket]!;
      if (!known.has(pair)) known.set(pair, known.size);
      return known.get(pair)!;
    });
    withA.set(b, numbers);
  }
  return numbers;
}
