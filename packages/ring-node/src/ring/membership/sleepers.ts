import { urgentCheck } from '../check/urgent-check.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { adopt } from './adopt.js';
import type { PendingPing } from './membership.js';
import { previousOf } from './order.js';
import { isPinging, ping } from './ping.js';
import { isAsleep, sleepers } from './reachable.js';

/** Where a sleeping node does not say when it is to be woken, in milliseconds. */
const WAKE_AFTER_MS = 3_600_000;

/** Dials a node that sleeps: its process is started by that, and tells the others that it is up. */
export function wake(ring: RingState, turn: Turn, nodeId: string): void {
  if (sleepsOn(ring, nodeId)) ping(ring, turn, { nodeId, purpose: 'wake' });
}

/** Whether a node sleeps and nobody here has dialled it: what it was sent came when it had just gone to sleep. */
export function sleepsOn(ring: RingState, nodeId: string): boolean {
  return isAsleep(ring, nodeId) && !isPinging(ring, nodeId, 'wake');
}

/** Has everybody there, for what cannot be done without. Returns whether somebody still sleeps. */
export function wakeAll(ring: RingState, turn: Turn): boolean {
  const asleep = sleepers(ring);
  for (const nodeId of asleep) wake(ring, turn, nodeId);
  return asleep.length > 0;
}

/** The node before a sleeping one has it look at the ring when the time for that has come; so it is noticed, too, when it can start no more. */
export function wakeWhoIsDue(ring: RingState, turn: Turn): void {
  const { roster, asleepSince } = ring.membership;
  for (const [nodeId, sinceMs] of asleepSince) {
    const isDue = turn.nowMs - sinceMs >= (roster.get(nodeId)?.wakeAfterMs ?? WAKE_AFTER_MS);
    if (isDue && previousOf(ring, nodeId) === ring.self.nodeId) wake(ring, turn, nodeId);
  }
}

/** Nothing starts it any more: it is down, as far as this node can see. */
export function onNotWoken(ring: RingState, { nodeId, incarnation }: PendingPing, turn: Turn): void {
  const member = ring.membership.roster.get(nodeId);
  if (member?.state !== 'asleep' || member.incarnation !== incarnation) return;
  const { wakeAfterMs: _, ...rest } = member;
  adopt(ring, { ...rest, state: 'down' }, turn);
  urgentCheck(ring, turn);
}
