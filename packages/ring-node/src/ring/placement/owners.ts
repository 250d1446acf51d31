import { bucketOf, type Epoch, preference } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import type { RingState } from '../state.js';

/** At most this many owners vote about a file, whatever the number of copies. */
export const VOTERS_MAX = 5;
/** Members kept in mind for each bucket: 16 384 lists of all members would be too many in a ring of hundreds. */
const CACHED = 8;

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
  return firstOf(ring, epoch, bucketOf(name), Math.min(copiesWanted(epoch), VOTERS_MAX));
}

/** On whom the copies of a name belong. */
export function ownersOf(ring: RingState, epoch: Epoch, name: string): readonly string[] {
  return ownersOfBucket(ring, epoch, bucketOf(name));
}

export function ownersOfBucket(ring: RingState, epoch: Epoch, bucket: number): readonly string[] {
  return firstOf(ring, epoch, bucket, copiesWanted(epoch));
}

/** Where bytes should be right now: the first members that can be reached, as many as copies are wanted. Stand-ins take the place of the dead. */
export function holdersOf(ring: RingState, epoch: Epoch, name: string): readonly string[] {
  const [bucket, wanted, all] = [bucketOf(name), copiesWanted(epoch), epoch.members.length];
  for (let count = Math.max(wanted, CACHED); ; count = all) {
    const holders = firstOf(ring, epoch, bucket, Math.min(count, all)).filter((nodeId) => isReachable(ring, nodeId));
    if (holders.length >= wanted || count >= all) return holders.slice(0, wanted);
  }
}

/** The first members that should hold a bucket. So many as are mostly asked for are kept once computed: owners, and stand-ins for a few of them. */
function firstOf({ placement }: RingState, epoch: Epoch, bucket: number, count: number): readonly string[] {
  if (count > CACHED) return preference(bucket, epoch.members, count);
  let buckets = placement.preferences.get(epoch.number);
  if (buckets === undefined) placement.preferences.set(epoch.number, (buckets = new Map()));
  let first = buckets.get(bucket);
  if (first === undefined) buckets.set(bucket, (first = preference(bucket, epoch.members, CACHED)));
  return first.slice(0, count);
}
