import type { Fold, Sighting } from '@coring/protocol';
import { cleanTo } from '../files/clean.js';
import { movementOf } from '../files/movement.js';
import { isSyncedFor, syncedEpoch } from '../placement/ready.js';
import type { RingState } from '../state.js';
import { TOLD_MAX } from './limits.js';

/** A disk with less than this share free counts as full. */
const FULL_SHARE = 0.05;

/** What this node says of itself as a CHECK passes. */
export function ownSighting(ring: RingState, tookMs: number): Sighting {
  const { self, check, membership } = ring;
  const movement = movementOf(ring);
  const { nodeId, incarnation } = self;
  return { nodeId, incarnation, lagMs: membership.lagMs, tookMs, syncedEpoch: syncedEpoch(ring), ...check.figures, ...(movement === undefined ? {} : { movement }) };
}

/** The fold of nobody. A lap asks about the epoch that was the newest when it was started, and says nothing of those decided since. */
export function emptyFold(newest: number): Fold {
  return { count: 0, minSynced: newest, minClean: Number.MAX_SAFE_INTEGER, full: 0 };
}

/** The fold with this node. */
export function addSelf(ring: RingState, fold: Fold, sighting: Sighting): Fold {
  const isSynced = ring.mutations.has('synced-for-another') ? sighting.syncedEpoch >= fold.minSynced : isSyncedFor(ring, fold.minSynced);
  return addFold(fold, { count: 1, minSynced: isSynced ? fold.minSynced : 0, minClean: cleanTo(ring), full: Number(isFull(sighting)) });
}

export function addFold(a: Fold, b: Fold): Fold {
  return { count: a.count + b.count, minSynced: Math.min(a.minSynced, b.minSynced), minClean: Math.min(a.minClean, b.minClean), full: a.full + b.full };
}

function isFull({ bytes, freeBytes }: Sighting): boolean {
  return freeBytes < (bytes + freeBytes) * FULL_SHARE;
}

/** Takes note of what others said of themselves, the newest last. */
export function noteSightings(ring: RingState, sightings: Iterable<Sighting>): void {
  const { check, membership, self } = ring;
  for (const sighting of sightings) {
    const { nodeId, incarnation } = sighting;
    const known = check.sightings.get(nodeId);
    if (nodeId !== self.nodeId && membership.roster.has(nodeId) && (known === undefined || known.incarnation <= incarnation)) check.sightings.set(nodeId, sighting);
  }
}

/** What is known of the others, and of this node; of a large ring a part, another one each time. */
export function someSightings(ring: RingState, turnOf: number): Sighting[] {
  const all = [ownSighting(ring, 0), ...ring.check.sightings.values()];
  const from = all.length <= TOLD_MAX ? 0 : (turnOf * TOLD_MAX) % all.length;
  return all.slice(from, from + TOLD_MAX);
}
