import type { EpochMember } from '../message/epoch.js';
import { finalMix, hash64 } from './hash.js';

/** Up to so many first members, the best are picked out instead of sorting all. */
export const FEW = 8;

/** What the scores of a set of members are computed from, by index. */
export interface Draws {
  readonly nodeIds: readonly string[];
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly capacities: readonly number[];
  readonly zones: readonly string[];
  readonly hasZones: boolean;
  /** Those of the bucket that was looked at last. */
  readonly scores: Float64Array;
}

export function drawsOf(members: readonly EpochMember[]): Draws {
  const hashes = members.map(({ nodeId }) => hash64(nodeId));
  const zones = members.map(({ zone }) => zone ?? '');
  return {
    nodeIds: members.map(({ nodeId }) => nodeId),
    high: Int32Array.from(hashes, ({ high }) => high),
    low: Int32Array.from(hashes, ({ low }) => low),
    capacities: members.map(({ capacity }) => capacity),
    zones,
    hasZones: zones.some((zone) => zone !== ''),
    scores: new Float64Array(members.length),
  };
}

/** Indices of the first `count` members of a bucket, in order. */
export function firstIndices(draws: Draws, bucket: number, count: number): number[] {
  score(draws, bucket);
  if (count <= FEW && !draws.hasZones) return firstByScore(draws, count);
  const order = Array.from(draws.scores.keys()).sort((a, b) => (isBetter(draws, a, b) ? -1 : 1));
  return (draws.hasZones ? bestOfZonesFirst(draws, order) : order).slice(0, count);
}

/** The best draw of each member for a bucket: the upper 53 of 64 bits, which a number carries exactly. */
function score({ high, low, capacities, scores }: Draws, bucket: number): void {
  for (let index = 0; index < scores.length; index++) {
    let best = 0;
    for (let draw = 0; draw < capacities[index]!; draw++) {
      const salt = finalMix(bucket + Math.imul(draw, 0x9e3779b1));
      best = Math.max(best, finalMix(high[index]! ^ salt) * 0x20_0000 + (finalMix(low[index]! ^ Math.imul(salt, 0x85ebca6b)) >>> 11));
    }
    scores[index] = best;
  }
}

function firstByScore(draws: Draws, count: number): number[] {
  const first: number[] = [];
  for (let index = 0; index < draws.scores.length; index++) {
    if (first.length < count) first.push(index);
    else if (!isBetter(draws, index, first[count - 1]!)) continue;
    let at = first.length - 1;
    for (; at > 0 && isBetter(draws, index, first[at - 1]!); at--) first[at] = first[at - 1]!;
    first[at] = index;
  }
  return first;
}

function isBetter({ nodeIds, scores }: Draws, a: number, b: number): boolean {
  return scores[a]! > scores[b]! || (scores[a] === scores[b] && nodeIds[a]! < nodeIds[b]!);
}

/** The best of each zone in the order of score, then the others; who is in no zone stands alone. */
function bestOfZonesFirst({ zones }: Draws, order: readonly number[]): number[] {
  const taken = new Set<string>();
  const first: number[] = [];
  const later: number[] = [];
  for (const index of order) {
    const zone = zones[index]!;
    (zone !== '' && taken.has(zone) ? later : first).push(index);
    taken.add(zone);
  }
  return [...first, ...later];
}
