import { alike, bucketOf, BUCKETS, BucketSet, type Epoch, preference, type RingSettings } from '@coring/protocol';
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

/** As much of an epoch as these numbers go by. */
interface Sized {
  readonly members: readonly unknown[];
  readonly settings: Pick<RingSettings, 'copies'>;
}

/** How many copies the members of an epoch should hold. */
export function copiesWanted(epoch: Sized): number {
  const { copies } = epoch.settings;
  return copies === 0 ? epoch.members.length : Math.min(copies, epoch.members.length);
}

/** Whose majority decides about a name: its first owners by rendezvous hashing, in order. */
export function votersOf(epoch: Epoch, name: string): readonly string[] {
  return votersOfBucket(epoch, bucketOf(name));
}

export function votersOfBucket(epoch: Epoch, bucket: number): readonly string[] {
  return preference(bucket, epoch.members, votersIn(epoch));
}

/** On whom the copies of a name belong. */
export function ownersOf(epoch: Epoch, name: string): readonly string[] {
  return ownersOfBucket(epoch, bucketOf(name));
}

export function ownersOfBucket(epoch: Epoch, bucket: number): readonly string[] {
  return preference(bucket, epoch.members, copiesWanted(epoch));
}

/** Whether a member of an epoch is among the owners of a bucket. Where all are, nothing has to be computed. */
export function isOwnerOf(epoch: Epoch, bucket: number, nodeId: string): boolean {
  return isAmong(epoch, bucket, copiesWanted(epoch), nodeId);
}

/** Whether it is among the voters. */
export function isVoterOf(epoch: Epoch, bucket: number, nodeId: string): boolean {
  return isAmong(epoch, bucket, votersIn(epoch), nodeId);
}

/** How many vote about a name. */
export function votersIn(epoch: Sized): number {
  return Math.min(copiesWanted(epoch), VOTERS_MAX);
}

/**
 * What is so for a bucket, where that goes by its owners and voters in these epochs alone: it is found out once for all buckets that are
 * alike in them.
 */
export function byOwners<T>(epochs: readonly Epoch[], find: (bucket: number) => T): (bucket: number) => T {
  const numbers = alikeIn(epochs);
  const found: { readonly value: T }[] = [];
  return (bucket) => (found[numbers[bucket]!] ??= { value: find(bucket) }).value;
}

/** The buckets of which something is so that goes by their owners and voters in these epochs alone. */
export function bucketsWhere(epochs: readonly Epoch[], isSo: (bucket: number) => boolean): BucketSet {
  const numbers = alikeIn(epochs);
  const found: (boolean | undefined)[] = [];
  const buckets = new BucketSet();
  for (let bucket = 0; bucket < BUCKETS; bucket++) if ((found[numbers[bucket]!] ??= isSo(bucket))) buckets.add(bucket);
  return buckets;
}

function isAmong({ members }: Epoch, bucket: number, count: number, nodeId: string): boolean {
  return count < members.length ? preference(bucket, members, count).includes(nodeId) : members.some((member) => member.nodeId === nodeId);
}

/** Numbers for buckets: equal ones have the same owners in each of these epochs, and the same voters in the same order. */
function alikeIn(epochs: readonly Epoch[]): Uint16Array {
  return alike(epochs.map((epoch) => ({ members: epoch.members, count: isOwnedByAll(epoch) ? votersIn(epoch) : copiesWanted(epoch) })));
}

function isOwnedByAll(epoch: Epoch): boolean {
  return copiesWanted(epoch) === epoch.members.length;
}
