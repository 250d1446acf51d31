import type { EpochMember } from '../message/epoch.js';
import { finalMix, hash64 } from './hash.js';

/** Buckets of the name space: placement, digests and movement count in them. */
export const BUCKETS = 16_384;

/** The bucket of a name: the top 14 bits of its hash. */
export function bucketOf(name: string): number {
  return hash64(name).high >>> 18;
}

/**
 * Members in the order in which they should hold a bucket, or the first `count` of them: weighted rendezvous hashing (Thaler and
 * Ravishankar, 1998), the best of each zone first where zones are given. A member of capacity w draws w times and keeps its best draw, which
 * makes its chance proportional to w without logarithms. The first R are the owners of R copies: the orders of different R nest.
 */
export function preference(bucket: number, members: readonly EpochMember[], count: number = members.length): readonly string[] {
  const table = tableOf(members);
  if (count > FEW) return computed(table, bucket, count);
  let first = table.first[bucket];
  if (first === undefined) table.first[bucket] = first = computed(table, bucket, FEW);
  return first.length === count ? first : first.slice(0, count);
}

/** Up to so many, the best are picked out instead of sorting all, and kept: owners, and stand-ins for a few of them. */
const FEW = 8;
/** Sets of members of which that is kept: the epochs in force, and a few that are over. */
const TABLES_MAX = 8;

/** What the scores of a set of members are computed from, by index, and what was found out for each bucket. */
interface Table {
  readonly nodeIds: readonly string[];
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly capacities: readonly number[];
  readonly zones: readonly string[];
  readonly hasZones: boolean;
  readonly first: (readonly string[] | undefined)[];
}

// Owners of 16 384 buckets are asked for with the same members, and every epoch comes in many messages: equal sets share what was computed.
const known = new WeakMap<readonly EpochMember[], Table>();
const tables = new Map<string, Table>();

function tableOf(members: readonly EpochMember[]): Table {
  let table = known.get(members);
  if (table !== undefined) return table;
  const key = JSON.stringify(members.map(({ nodeId, capacity, zone }) => [nodeId, capacity, zone]));
  table = tables.get(key) ?? newTable(members);
  tables.delete(key);
  tables.set(key, table);
  if (tables.size > TABLES_MAX) tables.delete(tables.keys().next().value!);
  known.set(members, table);
  return table;
}

function newTable(members: readonly EpochMember[]): Table {
  const hashes = members.map(({ nodeId }) => hash64(nodeId));
  const zones = members.map(({ zone }) => zone ?? '');
  return {
    nodeIds: members.map(({ nodeId }) => nodeId),
    high: Int32Array.from(hashes, ({ high }) => high),
    low: Int32Array.from(hashes, ({ low }) => low),
    capacities: members.map(({ capacity }) => capacity),
    zones,
    hasZones: zones.some((zone) => zone !== ''),
    first: Array.from({ length: BUCKETS }),
  };
}

function computed(table: Table, bucket: number, count: number): readonly string[] {
  const scores = scoresOf(table, bucket);
  const order = table.hasZones || count > FEW ? allByScore(table, scores) : firstByScore(table, scores, Math.min(count, scores.length));
  return (table.hasZones ? bestOfZonesFirst(table, order) : order).slice(0, count).map((index) => table.nodeIds[index]!);
}

/** The best draw of each member for a bucket: the upper 53 of 64 bits, which a number carries exactly. */
function scoresOf({ high, low, capacities }: Table, bucket: number): Float64Array {
  const scores = new Float64Array(high.length);
  for (let index = 0; index < scores.length; index++) {
    for (let draw = 0; draw < capacities[index]!; draw++) {
      const salt = finalMix(bucket + Math.imul(draw, 0x9e3779b1));
      const score = finalMix(high[index]! ^ salt) * 0x20_0000 + (finalMix(low[index]! ^ Math.imul(salt, 0x85ebca6b)) >>> 11);
      if (draw === 0 || score > scores[index]!) scores[index] = score;
    }
  }
  return scores;
}

function allByScore(table: Table, scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort((a, b) => (isBetter(table, scores, a, b) ? -1 : 1));
}

function firstByScore(table: Table, scores: Float64Array, count: number): number[] {
  const first: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    let at = first.length;
    while (at > 0 && isBetter(table, scores, index, first[at - 1]!)) at--;
    if (at >= count) continue;
    first.splice(at, 0, index);
    if (first.length > count) first.pop();
  }
  return first;
}

function isBetter({ nodeIds }: Table, scores: Float64Array, a: number, b: number): boolean {
  return scores[a]! > scores[b]! || (scores[a] === scores[b] && nodeIds[a]! < nodeIds[b]!);
}

/** The best of each zone in the order of score, then the others; who is in no zone stands alone. */
function bestOfZonesFirst({ zones }: Table, order: readonly number[]): number[] {
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
