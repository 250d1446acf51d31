import type { EpochMember } from '../message/epoch.js';
import { firstsOf, tableOf } from './firsts.js';
import { FEW, firstIndices } from './rendezvous.js';

/**
 * Members in the order in which they should hold a bucket, or the first `count` of them: weighted rendezvous hashing (Thaler and
 * Ravishankar, 1998), the best of each zone first where zones are given. A member of capacity w draws w times and keeps its best draw, which
 * makes its chance proportional to w without logarithms. The first R are the owners of R copies: the orders of different R nest.
 */
export function preference(bucket: number, members: readonly EpochMember[], count: number = members.length): readonly string[] {
  const table = tableOf(members);
  if (count <= FEW) return firstsOf(table, count).of(bucket);
  return firstIndices(table.draws, bucket, count).map((index) => table.draws.nodeIds[index]!);
}
