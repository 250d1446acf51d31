import type { Membership } from './membership.js';

const HEALTH_MAX = 8;

/** This node has reason to doubt itself: it judges more slowly. */
export function worsen(membership: Membership): void {
  membership.health = Math.min(HEALTH_MAX, membership.health + 1);
}

export function recover(membership: Membership): void {
  membership.health = Math.max(0, membership.health - 1);
}
