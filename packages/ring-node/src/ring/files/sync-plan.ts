import type { BucketSet, Epoch } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import { bucketsWhere, byOwners, epochsInForce, isOwnerOf, isVoterOf, newestEpoch, votersIn, votersOfBucket } from '../placement/owners.js';
import { enoughOf, standing, standingMembers, votersAmong } from '../placement/standing.js';
import type { RingState } from '../state.js';
import { hasAllBefore } from './quorum.js';
import type { Syncing } from './sync-state.js';

/**
 * The buckets whose registers this node has to ask for before it is ready for an epoch: those that the epoch makes its own.
 * What it has voted about in the older epochs, it has, as far as anybody can ask for: a majority of such voters has everything chosen. That is
 * so only where it had copied all of the older epoch, too.
 */
export function bucketsToTake(ring: RingState, epoch: Epoch): BucketSet {
  const older = epochsInForce(ring).filter(({ number }) => number < epoch.number);
  const hasCopied = ({ number }: Epoch): boolean => ring.placement.ready.has(number) || ring.mutations.has('own-word-counts');
  const isWanted = (bucket: number): boolean => older.length === 0 || older.some((one) => !hasCopied(one) || isTaken(ring, epoch, one, bucket));
  return bucketsWhere([...older, epoch], (bucket) => isOwnerOf(epoch, bucket, ring.self.nodeId) && isWanted(bucket));
}

/** The own buckets about which somebody else can be asked at this rank, from 0. */
export function bucketsToRefresh(ring: RingState, epoch: Epoch, rank: number): BucketSet {
  return bucketsWhere([epoch], (bucket) => isOwnerOf(epoch, bucket, ring.self.nodeId) && otherVoter(ring, epoch, bucket, rank) !== undefined);
}

/** Who is to be asked about a bucket of a sync; undefined where too few can be reached. */
export function giversIn(ring: RingState, { isRefresh, rank, ...known }: Syncing): (bucket: number) => readonly string[] | undefined {
  const newest = newestEpoch(ring)!;
  if (isRefresh) return byOwners([newest], (bucket) => [otherVoter(ring, newest, bucket, rank)!]);
  return byOwners(epochsInForce(ring), (bucket) => giversOf(ring, known, bucket));
}

/**
 * Who is to be asked so that a majority of the voters of each older epoch has told what it has: only then has everything chosen under them been
 * seen. Where there is no older epoch, the newest itself is asked. Of what was chosen before the oldest of them only those tell that have copied it, or a
 * later one in which they vote; but where everybody is asked who is left, there is no more to be had.
 *
 * This node's own word counts for an epoch that it had copied in full: of what was chosen before an epoch it may have heard nothing. Where an epoch
 * before that is still in force, and so asked too, it counts in any case: what was chosen by a majority of the later one alone it has accepted
 * itself, or one of those has that are asked.
 */
function giversOf(ring: RingState, { readyAt, silent }: Pick<Syncing, 'readyAt' | 'silent'>, bucket: number): readonly string[] | undefined {
  const { self, placement, mutations } = ring;
  const newest = newestEpoch(ring)!;
  const older = epochsInForce(ring).filter(({ number }) => number < newest.number);
  const givers: string[] = [];
  for (const [i, epoch] of (older.length === 0 ? [newest] : older).entries()) {
    const isOwnWordGood = i > 0 || placement.ready.has(epoch.number) || mutations.has('own-word-counts');
    const { voters, forgotten } = votersAmong(ring, epoch.number, votersOfBucket(epoch, bucket));
    const counted = voters.filter((node) => (node === self.nodeId && isOwnWordGood) || givers.includes(node)).length;
    const others = voters.filter((node) => node !== self.nodeId && !givers.includes(node));
    const needed = mutations.has('sync-from-one') ? 1 : Math.min(enoughOf(voters.length, forgotten) - counted, others.length);
    const reachable = others.filter((node) => isReachable(ring, node));
    const telling = reachable.filter((node) => !silent.has(node) && (i > 0 || isTelling(ring, readyAt.get(node), node, bucket)));
    if (telling.length >= needed) givers.push(...telling.slice(0, Math.max(0, needed)));
    else if (i === 0 && reachable.length === others.length) givers.push(...reachable);
    else if (voters.length > 0) return undefined;
  }
  return givers;
}

/** Whether a node, as far as it has said so, has copied the oldest epoch in force, or a later one that makes it a voter of the bucket. */
function isTelling(ring: RingState, ready: readonly number[] | undefined, node: string, bucket: number): boolean {
  if (ready === undefined || ring.mutations.has('untold-gives')) return true;
  const isVoter = (number: number): boolean => epochsInForce(ring).some((epoch) => epoch.number === number && isVoterOf(epoch, bucket, node));
  return hasAllBefore(ready, ring.placement.oldest, isVoter);
}

/** The how-manieth, from 0, of those who vote about a bucket beside this node. */
function otherVoter({ self }: RingState, epoch: Epoch, bucket: number, rank: number): string | undefined {
  let others = 0;
  for (const node of votersOfBucket(epoch, bucket)) if (node !== self.nodeId && others++ === rank) return node;
  return undefined;
}

/** Whether `epoch` gives this node more of a bucket than `older` did: copies, a vote, or a vote among so few that they could all have missed something. */
function isTaken(ring: RingState, epoch: Epoch, older: Epoch, bucket: number): boolean {
  const { nodeId } = ring.self;
  if (!isVoterOf(epoch, bucket, nodeId)) return !isOwnerOf(older, bucket, nodeId);
  if (!isVoterOf(older, bucket, nodeId)) return true;
  // What was chosen before the older epoch need only be at one of each majority of it.
  return majorityOf(standingIn(ring, epoch, bucket)) < majorityOf(votersIn(older));
}

/** Voters of a bucket whose word counts. */
function standingIn(ring: RingState, epoch: Epoch, bucket: number): number {
  const everybody = standingMembers(ring, epoch).length;
  return everybody === epoch.members.length ? votersIn(epoch) : standing(ring, epoch.number, votersOfBucket(epoch, bucket)).length;
}

function majorityOf(count: number): number {
  return (count >> 1) + 1;
}
