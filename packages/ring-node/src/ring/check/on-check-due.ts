import { ringOrder } from '../membership/order.js';
import { onVoteLost } from '../placement/vote.js';
import type { RingState } from '../state.js';
import { LOOK_MS, setLook, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { noteHealth } from './health.js';
import { CHECK_INTERVAL_MS, TAKE_OVER_MS } from './limits.js';
import { mayCheck, startLap } from './start-lap.js';
import { takeWanted } from './urgent-check.js';

/** Keeps those who take over apart. */
const TAKE_OVER_STEP_MS = 50;

/**
 * The first node of the ring order starts a lap every 5 s. No election: laps are idempotent, a duplicate only costs messages, so whoever
 * has heard none for long starts one, each a little later than the one before it in the ring.
 */
export function onCheckDue(ring: RingState, turn: Turn): void {
  const { check } = ring;
  let dueMs = Number.POSITIVE_INFINITY;
  if (mayCheck(ring)) {
    const rank = ringOrder(ring).findIndex(({ nodeId }) => nodeId === ring.self.nodeId);
    const silenceMs = rank === 0 ? CHECK_INTERVAL_MS : TAKE_OVER_MS + rank * TAKE_OVER_STEP_MS;
    // A node that has just started waits for the others' CHECK, unless it is the first.
    if (rank > 0) check.lastHeardMs ??= turn.nowMs;
    // The same sum as the timer's: a difference may be rounded to less, and the timer would be due again at once, for ever.
    if (check.lastHeardMs === undefined || turn.nowMs >= check.lastHeardMs + silenceMs) startLap(ring, turn, 'periodic');
    dueMs = (check.lastHeardMs ?? turn.nowMs) + silenceMs;
    noteHealth(ring, turn);
  }
  // Who is first may change in between.
  if (dueMs <= turn.nowMs + LOOK_MS) setTimer(ring.timers, { type: 'check-due' }, dueMs);
  else setLook(ring.timers, { type: 'check-due' }, turn.nowMs);
}

/** Starts the laps that are wanted: those that carry news, votes, or what an earlier lap found out. */
export function onCheckUrgent(ring: RingState, turn: Turn): void {
  for (const { kind, vote } of takeWanted(ring, turn)) {
    if (mayCheck(ring)) startLap(ring, turn, kind, vote);
    else if (vote !== undefined) onVoteLost(ring, turn, vote);
  }
}
