import { wakeAll } from '../membership/sleepers.js';
import { learnEpochs } from '../placement/learn.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { LapKind, OwnLap } from './check-state.js';
import { isWhole } from './health.js';

/**
 * The tombstone floor that a lap is sent off with. Now and then a higher one than this node has: everybody whom the lap meets refuses ballots and
 * branches up to it from then on, this node once it has come home. So a clock that is ahead of all others harms nobody. The next step waits until
 * everybody has been found to have nothing unmerged below this one.
 */
export function floorFor(ring: RingState, turn: Turn, kind: LapKind): number {
  const { check, membership, placement, reapAfterMs } = ring;
  check.floorDueMs ??= turn.nowMs + reapAfterMs;
  if (kind !== 'periodic' || turn.nowMs < check.floorDueMs) return placement.floor;
  const isMoving = placement.oldest !== placement.newest && !ring.mutations.has('clear-while-moving');
  if (placement.cleared < placement.floor || isMoving || !isWholeEnough(ring)) return placement.floor;
  // Who sleeps is met by no lap.
  if (wakeAll(ring, turn)) return placement.floor;
  check.floorDueMs = turn.nowMs + reapAfterMs;
  const floor = Math.max(placement.floor, Math.floor((turn.wallMs - reapAfterMs) * 1000));
  if (membership.roster.size === 1) learnEpochs(ring, turn, [], placement.oldest, floor);
  return floor;
}

function isWholeEnough(ring: RingState): boolean {
  return isWhole(ring) || ring.mutations.has('clear-without-all');
}

/**
 * A lap that met everybody of the roster who has not left, while owners do not change, and found nothing unmerged up to some time: tombstones of
 * before may go. Returns whether it found out more than was known.
 */
export function clear({ membership, mutations, placement }: RingState, lap: OwnLap): boolean {
  const { minClean, minSynced } = lap.fold;
  const isSettled = (placement.oldest === placement.newest && lap.newest === placement.newest && minSynced >= placement.newest) || mutations.has('clear-while-moving');
  const isMet = [...membership.roster.values()].every(({ nodeId, state }) => state === 'left' || lap.met.has(nodeId)) || mutations.has('clear-without-all');
  if (!isSettled || !isMet || lap.skipped.length > 0 || minClean <= placement.cleared) return false;
  placement.cleared = Math.min(minClean, placement.floor);
  return true;
}
