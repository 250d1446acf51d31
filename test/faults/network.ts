/** What the network does to packets that go one way between two hosts. */
export interface Lane {
  /** None arrives, and nobody is told. */
  readonly cut?: boolean;
  /** Share of packets that do not arrive. */
  readonly loss?: number;
  /** Each takes so much longer, or up to twice that: they overtake each other. */
  readonly delayMs?: number;
}

/** By sender, then by receiver, each by its number: 0 is the test, 1 and up are the hosts. A lane that is not named is sound. */
export type Lanes = Readonly<Record<number, Readonly<Record<number, Lane>>>>;

/** Something that goes wrong: on which lanes, each from a host to a host, by their numbers; and what. */
export interface Spoil {
  readonly pairs: readonly (readonly [from: number, to: number])[];
  readonly lane: Lane;
}

/** All lanes between hosts of different groups. */
export function between(...groups: readonly (readonly number[])[]): Spoil['pairs'] {
  return groups.flatMap((group) => group.flatMap((from) => groups.filter((other) => other !== group).flatMap((others) => others.map((to) => [from, to] as const))));
}

/** The lanes to a host from others: it is deaf to them where they are cut. */
export function unheardBy(host: number, others: readonly number[]): Spoil['pairs'] {
  return others.map((other) => [other, host] as const);
}

/** The lanes from a host to others: it is mute to them where they are cut. */
export function unheardFrom(host: number, others: readonly number[]): Spoil['pairs'] {
  return others.map((other) => [host, other] as const);
}

/** What became of packets. A switch says it when it is told new lanes: they are in force; it counts from the last time. */
export interface Switched {
  readonly passed: number;
  readonly stopped: number;
  readonly delayed: number;
}
