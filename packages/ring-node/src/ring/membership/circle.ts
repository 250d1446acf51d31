import { AHEAD_MAX } from '@coring/protocol';
import type { RingState } from '../state.js';

/** Fresh nodes that name each other in a circle wait for each other: the one with the lowest nodeId of them founds the ring. */
export function isToFound({ self, membership: { ahead } }: RingState, from: string): boolean {
  const at = ahead.indexOf(from);
  return at >= 0 && ahead.slice(0, at + 1).every((nodeId) => self.nodeId < nodeId);
}

/** Of those who wait for each other to have a ring, the next first, those before this node. */
export function whoIsAhead({ self }: RingState, nodeIds: readonly string[]): readonly string[] {
  const at = nodeIds.indexOf(self.nodeId);
  return nodeIds.slice(0, at < 0 ? AHEAD_MAX : at);
}
