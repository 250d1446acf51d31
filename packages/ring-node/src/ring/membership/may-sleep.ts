import { isWhole } from '../check/health.js';
import { newestEpoch } from '../placement/owners.js';
import { isMember } from '../placement/ready.js';
import type { RingState } from '../state.js';

/** Whether nobody would miss this node while it sleeps: the ring is whole, its copies are in sync, and nothing is under way here. */
export function maySleep(ring: RingState): boolean {
  const { self, placement, files } = ring;
  const { newest, oldest, ready } = placement;
  const epoch = newestEpoch(ring);
  const isInSync = epoch !== undefined && isMember(epoch, self.nodeId) && oldest === newest && ready.has(newest) && files.sync === undefined && !files.needsRefresh;
  const isAtRest = [files.ops, files.queues, files.listings, files.fetches, files.dirty, files.silent, files.clients, files.staged].every(({ size }) => size === 0);
  return self.phase === 'in' && isWhole(ring) && isInSync && isAtRest;
}
