import { isHandedOver } from '../files/handed-over.js';
import type { RingState } from '../state.js';
import { newestEpoch } from './owners.js';
import { isMember } from './ready.js';

/** Whether nothing is kept here that others need: the newest epoch is without this node, everybody is synced for it, and all files are handed over. */
export function isDrained(ring: RingState): boolean {
  const newest = newestEpoch(ring);
  return newest !== undefined && ring.placement.oldest === newest.number && !isMember(newest, ring.self.nodeId) && isHandedOver(ring);
}
