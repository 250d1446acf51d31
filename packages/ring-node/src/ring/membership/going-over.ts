import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';

/** A JOIN that nobody has answered for so long is reckoned with no more: it was lost, or who got it is gone. In milliseconds. */
const ANSWERED_WITHIN_MS = 10_000;

/** Only a node without a ring, or in a ring of one that never held a file, may go over to another. */
export function mayGiveUpRing({ self, membership }: RingState): boolean {
  return self.ringId === undefined || (!self.heldFiles && membership.roster.size === 1);
}

/** Whether this node is about to give its ring up for another: what were written now would keep it where it is, while the other counts it in. */
export function isGoingOver(ring: RingState, { nowMs }: Turn): boolean {
  return ring.self.ringId !== undefined && mayGiveUpRing(ring) && askedLately(ring, nowMs).length > 0;
}

/** Addresses that may still answer a JOIN. */
export function askedLately({ membership: { joins } }: RingState, nowMs: number): string[] {
  return [...joins.values()].filter(({ atMs }) => nowMs - atMs < ANSWERED_WITHIN_MS).map(({ address }) => address);
}
