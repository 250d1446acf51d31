import { BUCKETS, type Epoch } from '@coring/protocol';
import { copiesWanted, ownersOfBucket, VOTERS_MAX } from '../placement/owners.js';
import { standing } from '../placement/standing.js';
import type { RingState } from '../state.js';
import { isMajority } from './quorum.js';

/**
 * Whether, for every bucket that `epoch` gives this node, these nodes are a majority of its voters in each of the older epochs: only then
 * has everything chosen under them been seen.
 */
export function hasMajorityEverywhere(ring: RingState, epoch: Epoch, older: readonly Epoch[], done: ReadonlySet<string>): boolean {
  // Where every member votes about every bucket, one look is enough; thousands of buckets are looked at only in large rings.
  if (!older.filter(isSmall).every(({ number, members }) => isMajority(standing(ring, number, members.map(({ nodeId }) => nodeId)), done))) return false;
  const large = older.filter((one) => !isSmall(one));
  const isPlain = large.every((one) => one.members.filter(({ nodeId }) => !done.has(nodeId)).length * 2 < votersIn(one));
  return isPlain || buckets(ring, epoch).every((bucket) => large.every((one) => isMajority(standing(ring, one.number, ownersOfBucket(ring, one, bucket).slice(0, votersIn(one))), done)));
}

function isSmall(epoch: Epoch): boolean {
  return epoch.members.length <= votersIn(epoch);
}

function buckets(ring: RingState, epoch: Epoch): number[] {
  const all = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  return all.filter((bucket) => ownersOfBucket(ring, epoch, bucket).includes(ring.self.nodeId));
}

function votersIn(epoch: Epoch): number {
  return Math.min(copiesWanted(epoch), VOTERS_MAX);
}
