import type { Member } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Membership } from './membership.js';
import { isReachable } from './reachable.js';

/**
 * Everyone who has not left, in ring order: by position, then nodeId. Nodes that are down or asleep keep their place in it.
 * It follows from the roster alone: equal rosters give equal rings.
 */
export function fullOrder({ membership }: RingState): readonly Member[] {
  return (membership.order ??= [...membership.roster.values()].filter(({ state }) => state !== 'left').sort(compareMembers));
}

/** Keeps the order up when an entry is replaced. */
export function reorder(membership: Membership, was: Member | undefined, member: Member): void {
  const { order } = membership;
  if (order === undefined) return;
  const others = was === undefined ? order : order.filter((one) => one !== was);
  if (member.state === 'left') membership.order = others;
  else membership.order = others.toSpliced(placeOf(member, others), 0, member);
}

/** How many come before it. */
function placeOf(member: Member, order: readonly Member[]): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareMembers(order[middle]!, member) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ring that CHECK goes round as this node sees it now: itself and all that are up or leaving and answer it, from the smallest position on. */
export function ringOrder(ring: RingState): readonly Member[] {
  return fullOrder(ring).filter(({ nodeId }) => isReachable(ring, nodeId));
}

/** NodeId of the nearest reachable node after `from` (this node, unless said), going round; this node itself counts, and is next in a ring of one. */
export function nextOf(ring: RingState, from: string = ring.self.nodeId): string {
  return nearest(ring, from, 1);
}

/** NodeId of the nearest reachable node before `from`. */
export function previousOf(ring: RingState, from: string = ring.self.nodeId): string {
  return nearest(ring, from, -1);
}

/** The member whose place is right after this node's, reachable or not; none at the end of the ring. */
export function placeAfter(ring: RingState): Member | undefined {
  const order = fullOrder(ring);
  return order[order.findIndex(({ nodeId }) => nodeId === ring.self.nodeId) + 1];
}

function nearest(ring: RingState, from: string, direction: 1 | -1): string {
  const order = fullOrder(ring);
  const start = order.findIndex(({ nodeId }) => nodeId === from);
  if (start < 0) return nearestToOutsider(ring, order, from, direction);
  for (let step = 1; step <= order.length; step++) {
    const { nodeId } = order[(start + direction * step + order.length * 2) % order.length]!;
    if (isReachable(ring, nodeId)) return nodeId;
  }
  return ring.self.nodeId;
}

/** As seen from where somebody stood who has left. */
function nearestToOutsider(ring: RingState, order: readonly Member[], from: string, direction: 1 | -1): string {
  const gone = ring.membership.roster.get(from);
  if (gone === undefined) return ring.self.nodeId;
  const circle = direction === 1 ? order : [...order].reverse();
  const reachable = circle.filter(({ nodeId }) => isReachable(ring, nodeId));
  const beyond = reachable.find((member) => compareMembers(gone, member) * direction < 0);
  return (beyond ?? reachable[0])?.nodeId ?? ring.self.nodeId;
}

function compareMembers(a: Member, b: Member): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return a.nodeId < b.nodeId ? -1 : 1;
}
