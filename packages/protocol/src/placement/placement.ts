import type { EpochMember } from '../message/epoch.js';
import { finalMix, type Hash64, hash64 } from './hash.js';

/** Buckets of the name space: placement, digests and movement count in them. */
export const BUCKETS = 16_384;

/** The bucket of a name: the top 14 bits of its hash. */
export function bucketOf(name: string): number {
  return hash64(name).high >>> 18;
}

/**
 * Members in the order in which they should hold a bucket: weighted rendezvous hashing (Thaler and Ravishankar, 1998), the best of each
 * zone first where zones are given. A member of capacity w draws w times and keeps its best draw, which makes its chance proportional
 * to w without logarithms. The first R are the owners of R copies: the orders of different R nest.
 */
export function preference(bucket: number, members: readonly EpochMember[]): string[] {
  const scored = members.map((member) => ({ member, score: scoreOf(bucket, member) }));
  scored.sort((a, b) => b.score.high - a.score.high || b.score.low - a.score.low || (a.member.nodeId < b.member.nodeId ? -1 : 1));
  const zonesTaken = new Set<string>();
  const first: string[] = [];
  const later: string[] = [];
  for (const { member } of scored) {
    if (member.zone === undefined || member.zone === '') first.push(member.nodeId);
    else if (zonesTaken.has(member.zone)) later.push(member.nodeId);
    else {
      zonesTaken.add(member.zone);
      first.push(member.nodeId);
    }
  }
  return [...first, ...later];
}

function scoreOf(bucket: number, member: EpochMember): Hash64 {
  const node = nodeHash(member.nodeId);
  let best: Hash64 = { high: -1, low: -1 };
  for (let draw = 0; draw < member.capacity; draw++) {
    const salt = finalMix(bucket + Math.imul(draw, 0x9e3779b1));
    const high = finalMix(node.high ^ salt);
    if (high < best.high) continue;
    const low = finalMix(node.low ^ Math.imul(salt, 0x85ebca6b));
    if (high > best.high || low > best.low) best = { high, low };
  }
  return best;
}

const nodeHashes = new Map<string, Hash64>();

function nodeHash(nodeId: string): Hash64 {
  let hash = nodeHashes.get(nodeId);
  if (hash === undefined) {
    if (nodeHashes.size > 10_000) nodeHashes.clear();
    nodeHashes.set(nodeId, (hash = hash64(nodeId)));
  }
  return hash;
}
