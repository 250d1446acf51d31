import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { nextOf, previousOf, ringOrder } from './order.js';

/** Says how the ring is linked now, where that changed. */
export function noteRing(ring: RingState, turn: Turn): void {
  const { membership, self } = ring;
  if (self.ringId === undefined || !membership.roster.has(self.nodeId)) return;
  const members = ringOrder(ring);
  const [previous, next] = [previousOf(ring), nextOf(ring)];
  let shown = `${previous} ${next}`;
  for (const { nodeId, address } of members) shown += ` ${nodeId} ${address}`;
  if (shown === membership.shown) return;
  membership.shown = shown;
  turn.emit({ type: 'ring', order: members.map(({ nodeId, address }) => ({ nodeId, address })), previous, next });
}
