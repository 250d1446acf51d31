import type { RingState } from '../state.js';
import { isSet, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { Membership } from './membership.js';

/** Whether a node is up (or leaving) by the roster and this node has no reason to think that it does not answer. This node itself always is. */
export function isReachable({ self, membership }: RingState, nodeId: string): boolean {
  if (nodeId === self.nodeId) return true;
  const state = membership.roster.get(nodeId)?.state;
  return (state === 'up' || state === 'leaving') && !membership.unreachable.has(nodeId);
}

/** Whether it sleeps, and starts when it is dialled. */
export function isAsleep({ membership }: RingState, nodeId: string): boolean {
  return membership.roster.get(nodeId)?.state === 'asleep';
}

/** NodeIds of all that can be reached, in no order that means anything; this node is one of them. */
export function reachableNodes(ring: RingState): string[] {
  return [...ring.membership.roster.keys()].filter((nodeId) => isReachable(ring, nodeId));
}

/** NodeIds of all that sleep, in no order that means anything. */
export function sleepers({ membership }: RingState): string[] {
  return [...membership.asleepSince.keys()];
}

/** Those that can be reached, and behind them those that sleep. */
export function nodesThere(ring: RingState): string[] {
  return [...reachableNodes(ring), ...sleepers(ring)];
}

/** Those of these nodes that can be reached, and behind them those that sleep; each in the order given. */
export function awakeFirst(ring: RingState, nodeIds: readonly string[]): string[] {
  return [...nodeIds.filter((nodeId) => isReachable(ring, nodeId)), ...nodeIds.filter((nodeId) => isAsleep(ring, nodeId))];
}

/** Somebody did not answer: it is probed at once. Only what the probing finds marks it unreachable. */
export function suspect(ring: RingState, turn: Turn, nodeId: string, why: string): void {
  const timer = { type: 'reprobe', key: nodeId } as const;
  if (nodeId === ring.self.nodeId || !isReachable(ring, nodeId) || isSet(ring.timers, timer)) return;
  ring.membership.doubted.set(nodeId, why);
  setTimer(ring.timers, timer, turn.nowMs);
}

/** No trace of a doubt about the node is left. */
export function clearDoubts({ unreachable, doubted, inquiries, helping }: Membership, nodeId: string): void {
  unreachable.delete(nodeId);
  doubted.delete(nodeId);
  for (const id of inquiries.get(nodeId)?.open ?? []) helping.delete(id);
  inquiries.delete(nodeId);
}
