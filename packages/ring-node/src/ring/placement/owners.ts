import { bucketOf, type Epoch, preference } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import type { RingState } from '../state.js';

/** At most this many owners vote about a file, whatever the number of copies. */
export const VOTERS_MAX = 5;

/** The epochs in force, oldest first: operations need a majority in each. */
export function epochsInForce({ placement }: RingState): readonly Epoch[] {
  return placement.epochs;
}

export function newestEpoch({ placement }: RingState): Epoch | undefined {
  return placement.epochs.at(-1);
}

/** How many copies the members of an epoch should hold. */
export function copiesWanted(epoch: Epoch): number {
  const { copies } = epoch.settings;
  return copies === 0 ? epoch.members.length : Math.min(copies, epoch.members.length);
}

/** Whose majority decides about a name: its first owners by rendezvous hashing, in order. */
export function votersOf(ring: RingState, epoch: Epoch, name: string): readonly string[] {
  return orderOf(ring, epoch, bucketOf(name)).slice(0, Math.min(copiesWanted(epoch), VOTERS_MAX));
}

/** On whom the copies of a name belong. */
export function ownersOf(ring: RingState, epoch: Epoch, name: string): readonly string[] {
  return ownersOfBucket(ring, epoch, bucketOf(name));
}

export function ownersOfBucket(ring: RingState, epoch: Epoch, bucket: number): readonly string[] {
  return orderOf(ring, epoch, bucket).slice(0, copiesWanted(epoch));
}

/** Where bytes should be right now: the first members that can be reached, as many as copies are wanted. Stand-ins take the place of the dead. */
export function holdersOf(ring: RingState, epoch: Epoch, name: string): readonly string[] {
  return orderOf(ring, epoch, bucketOf(name))
    .filter((nodeId) => isReachable(ring, nodeId))
    .slice(0, copiesWanted(epoch));
}

/** The members of an epoch in the order in which they should hold a bucket; kept once computed. */
function orderOf({ placement }: RingState, epoch: Epoch, bucket: number): readonly string[] {
  let buckets = placement.preferences.get(epoch.number);
  if (buckets === undefined) placement.preferences.set(epoch.number, (buckets = new Map()));
  let order = buckets.get(bucket);
  if (order === undefined) buckets.set(bucket, (order = preference(bucket, epoch.members)));
  return order;
}
