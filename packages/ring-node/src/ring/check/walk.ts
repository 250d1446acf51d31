import type { Member } from '@coring/protocol';
import { ringOrder } from '../membership/order.js';
import type { RingState } from '../state.js';

/** Everyone who takes part in a lap, in ring order from this node: itself first. */
export function stationsOf(ring: RingState): string[] {
  const order = ringOrder(ring).map(({ nodeId }) => nodeId);
  const own = order.indexOf(ring.self.nodeId);
  return own < 0 ? [ring.self.nodeId, ...order] : [...order.slice(own), ...order.slice(0, own)];
}

/** Whether, walking on from `from`, one meets `end` no later than `candidate`. Who left the roster is never met. */
export function isAtOrPast(ring: RingState, from: string, candidate: string, end: string): boolean {
  if (candidate === end) return true;
  const { roster } = ring.membership;
  const [start, there, last] = [roster.get(from), roster.get(candidate), roster.get(end)];
  if (start === undefined || there === undefined) return true;
  return last !== undefined && compareFrom(start, there, last) >= 0;
}

/** Ring order: by position, then by nodeId. */
export function isBefore(a: Placed, b: Placed): boolean {
  return a.position < b.position || (a.position === b.position && a.nodeId < b.nodeId);
}

type Placed = Pick<Member, 'nodeId' | 'position'>;

/** Orders two members by where one meets them, walking on from `from`; `from` itself comes last. */
function compareFrom(from: Placed, a: Placed, b: Placed): number {
  const aIsBeyond = isBefore(from, a);
  const bIsBeyond = isBefore(from, b);
  if (aIsBeyond !== bIsBeyond) return aIsBeyond ? -1 : 1;
  return isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0;
}
