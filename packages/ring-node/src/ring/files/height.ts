import { compareStamps, type Fast, type FileVersion, type Stamp } from '@coring/protocol';

/**
 * How high the value of a register stands in the order of acceptances: the ballot of the last classic one, then the fast ones since, by the epoch of
 * the last and their number.
 *
 * Why the highest value that a majority shows may be taken on: a voter takes a value in a fast round only on the very base that its writer named,
 * so at most one at each height, and a value is chosen when all voters of its epoch have taken it. Whatever stands above it at the same ballot
 * descends from it then, nothing else can stand beside it, and whoever has a higher ballot promised meets it in every majority. Leftovers of an
 * older epoch stand below those of a newer one, in whose fast rounds a voter takes part only when it is in sync: its base is not below what was
 * chosen before. Source: Lamport, "Fast Paxos" (2006), with all voters as the fast quorum.
 */
export interface Height {
  readonly accepted?: Stamp;
  readonly fast?: Fast;
}

/** A register, or what is told of one. */
export type Placed = Height & { readonly value?: Pick<FileVersion, 'version'> };

/** What a fast round builds on: nothing in it where the name was never written. */
export type Base = Height & { readonly version?: Stamp };

/** Nothing accepted is below all. Negative, zero or positive, as for `Array.sort`. */
export function compareHeights(a: Height, b: Height): number {
  return compareStamps(a.accepted, b.accepted) || (a.fast?.epoch ?? 0) - (b.fast?.epoch ?? 0) || (a.fast?.count ?? 0) - (b.fast?.count ?? 0);
}

/** Orders by height and, where rivals stand at the same, by version: zero only for the same value at the same height. */
export function comparePlaced(a: Placed, b: Placed): number {
  return compareHeights(a, b) || compareStamps(a.value?.version, b.value?.version);
}

export function heightOf({ accepted, fast }: Height): Height {
  return { ...(accepted === undefined ? {} : { accepted }), ...(fast === undefined ? {} : { fast }) };
}

export function baseOf(placed: Placed): Base {
  return { ...heightOf(placed), ...(placed.value === undefined ? {} : { version: placed.value.version }) };
}

export function isBase(base: Base, placed: Placed): boolean {
  return compareHeights(base, placed) === 0 && compareStamps(base.version, placed.value?.version) === 0;
}

/** Where a value stands that is taken in a fast round on this base. */
export function above({ accepted, fast }: Height, epoch: number): Height {
  return { ...(accepted === undefined ? {} : { accepted }), fast: { epoch, count: (fast?.count ?? 0) + 1 } };
}
