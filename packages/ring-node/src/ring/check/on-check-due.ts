import { ringOrder } from '../membership/order.js';
import type { RingState } from '../state.js';
import { isSet, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { noteHealth } from './health.js';
import { mayCheck, startLap } from './start-lap.js';

/** How often a CHECK goes round while nothing happens. */
export const CHECK_INTERVAL_MS = 5_000;
/** Without a CHECK for so long, others than the first node of the ring start one. */
const TAKE_OVER_MS = 3 * CHECK_INTERVAL_MS;
/** Keeps those who take over apart. */
const TAKE_OVER_STEP_MS = 50;
/** Whether a lap is due is looked at so often: who is first may change in between. */
const LOOK_MS = 500;
const URGENT_MS = 200;

/**
 * The first node of the ring order starts a lap every 5 s. No election: laps are idempotent, a duplicate only costs messages, so whoever
 * has heard none for long starts one, each a little later than the one before it in the ring.
 */
export function onCheckDue(ring: RingState, turn: Turn): void {
  setTimer(ring.timers, { type: 'check-due' }, turn.nowMs + LOOK_MS);
  if (!mayCheck(ring)) return;
  const rank = ringOrder(ring).findIndex(({ nodeId }) => nodeId === ring.self.nodeId);
  const silenceMs = rank === 0 ? CHECK_INTERVAL_MS : TAKE_OVER_MS + rank * TAKE_OVER_STEP_MS;
  if (turn.nowMs - ring.check.lastHeardMs >= silenceMs) startLap(ring, turn, 'periodic');
  noteHealth(ring, turn);
}

/** Has a lap started soon, to carry news round: a moment later and by chance, since others may have the same news. */
export function urgentCheck(ring: RingState, turn: Turn): void {
  if (!isSet(ring.timers, { type: 'check-urgent' })) setTimer(ring.timers, { type: 'check-urgent' }, turn.nowMs + URGENT_MS * (0.5 + turn.random()));
}

export function onCheckUrgent(ring: RingState, turn: Turn): void {
  if (mayCheck(ring)) startLap(ring, turn, 'news');
}
