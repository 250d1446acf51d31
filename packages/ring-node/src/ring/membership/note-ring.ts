import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { nextOf, previousOf, ringOrder } from './order.js';

/** Says how the ring is linked now, where that changed. */
export function noteRing(ring: RingState, turn: Turn): void {
  const { membership, self } = ring;
  if (self.ringId === undefined || !membership.roster.has(self.nodeId)) return;
  const order = ringOrder(ring).map(({ nodeId, address }) => ({ nodeId, address }));
  const [previous, next] = [previousOf(ring), nextOf(ring)];
  const shown = JSON.stringify([order, previous, next]);
  if (shown === membership.shown) return;
  membership.shown = shown;
  turn.emit({ type: 'ring', order, previous, next });
}
