import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { nextOf, previousOf } from './order.js';
import { ping } from './ping.js';
import { reachableNodes } from './reachable.js';
import { shuffled } from './shuffled.js';

const OTHERS = 3;

/** Tells the neighbours and a few others of oneself: what a PING carries, they carry on. */
export function announce(ring: RingState, turn: Turn): void {
  const told = new Set([nextOf(ring), previousOf(ring), ...shuffled(reachableNodes(ring), turn).slice(0, OTHERS)]);
  told.delete(ring.self.nodeId);
  for (const nodeId of told) ping(ring, turn, { nodeId, purpose: 'announce' });
}
