import { BUCKETS, type Epoch } from '@coring/protocol';
import { copiesWanted, ownersOfBucket, VOTERS_MAX } from '../placement/owners.js';
import type { RingState } from '../state.js';
import { isMajority, standing } from './quorum.js';

/**
 * Whether, for every bucket that `epoch` gives this node, these nodes are a majority of its voters in each of the older epochs: only then
 * has everything chosen under them been seen.
 */
export function hasMajorityEverywhere(ring: RingState, epoch: Epoch, older: readonly Epoch[], done: ReadonlySet<string>): boolean {
  const isPlain = older.every((one) => one.members.filter(({ nodeId }) => !done.has(nodeId)).length * 2 < votersIn(one));
  return isPlain || buckets(ring, epoch).every((bucket) => older.every((one) => isMajority(standing(ring, ownersOfBucket(ring, one, bucket).slice(0, votersIn(one))), done)));
}

function buckets(ring: RingState, epoch: Epoch): number[] {
  const all = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  return all.filter((bucket) => ownersOfBucket(ring, epoch, bucket).includes(ring.self.nodeId));
}

function votersIn(epoch: Epoch): number {
  return Math.min(copiesWanted(epoch), VOTERS_MAX);
}
