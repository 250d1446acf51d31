import type { Membership } from './membership.js';

const HEALTH_MAX = 8;
/** What is left of a slowness after each timer that was on time. */
const SLOW_KEPT = 0.9;
const SLOW_MAX_MS = 2_000;

/** This node has reason to doubt itself: it judges more slowly. */
export function worsen(membership: Membership): void {
  membership.health = Math.min(HEALTH_MAX, membership.health + 1);
}

export function recover(membership: Membership): void {
  membership.health = Math.max(0, membership.health - 1);
}

/** Takes note of how late a timer came: where this process, or its machine, is busy, its peers may be as well, and answers wait at both ends. */
export function noteLateness(membership: Membership, lateMs: number): void {
  membership.slowMs = Math.min(SLOW_MAX_MS, Math.max(lateMs, membership.slowMs * SLOW_KEPT));
}

/** How long to wait for something that takes so long between nodes that are well. */
export function patience({ health, slowMs }: Membership, ms: number): number {
  return ms * (1 + health) + 3 * slowMs;
}
