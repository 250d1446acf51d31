import { isWhole } from '../check/health.js';
import type { RingState } from '../state.js';

/** Whether nobody would miss this node while it sleeps: the ring is whole, its copies are in sync, and nothing is under way here. */
export function maySleep(ring: RingState): boolean {
  const { self, placement, files } = ring;
  const { newest, oldest, ready, epochs } = placement;
  const isMember = epochs.at(-1)?.members.some(({ nodeId }) => nodeId === self.nodeId) === true;
  const isInSync = oldest === newest && isMember && ready.has(newest) && files.sync === undefined && !files.needsRefresh;
  const isAtRest = [files.ops, files.queues, files.listings, files.fetches, files.dirty, files.clients, files.staged].every(({ size }) => size === 0);
  return self.phase === 'in' && isWhole(ring) && isInSync && isAtRest;
}
