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
  if (isPlain) return true;
  // What is not covered shows at one of the first buckets, mostly.
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (ownersOfBucket(epoch, bucket).includes(ring.self.nodeId) && !large.every((one) => isCovered(ring, one, bucket, done))) return false;
  }
  return true;
}

function isCovered(ring: RingState, epoch: Epoch, bucket: number, done: ReadonlySet<string>): boolean {
  return isMajority(standing(ring, epoch.number, ownersOfBucket(epoch, bucket).slice(0, votersIn(epoch))), done);
}

function isSmall(epoch: Epoch): boolean {
  return epoch.members.length <= votersIn(epoch);
}

function votersIn(epoch: Epoch): number {
  return Math.min(copiesWanted(epoch), VOTERS_MAX);
}
