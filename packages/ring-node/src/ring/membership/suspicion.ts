import { urgentCheck } from '../check/urgent-check.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { adopt } from './adopt.js';
import { noteRing } from './note-ring.js';
import { clearDoubts } from './reachable.js';
import { accuse } from './rumours.js';

/** Between two PINGs to a node that is suspected. */
const REPROBE_MS = 500;
/** Suspected for this long without an answer, a node is down: for a node that is well itself. */
const SUSPICION_MS = 3_000;

/** Neither this node nor its helpers reach it: it is passed over at once, told that it is accused, and asked again and again. */
export function startSuspecting(ring: RingState, nodeId: string, incarnation: number, why: string, turn: Turn): void {
  ring.membership.unreachable.set(nodeId, { sinceMs: turn.nowMs, incarnation });
  turn.emit({ type: 'suspect', nodeId, why });
  askAgainLater(ring, nodeId, incarnation, turn);
  noteRing(ring, turn);
}

/** A suspected node did not answer again. A higher incarnation would have ended the suspicion. */
export function onStillSilent(ring: RingState, nodeId: string, turn: Turn): void {
  const { roster, unreachable, health, slowMs } = ring.membership;
  const suspicion = unreachable.get(nodeId);
  const member = roster.get(nodeId);
  if (suspicion === undefined || member === undefined) return;
  if (turn.nowMs - suspicion.sinceMs < SUSPICION_MS * (1 + health / 2) + 3 * slowMs) return askAgainLater(ring, nodeId, suspicion.incarnation, turn);
  adopt(ring, { ...member, state: 'down' }, turn);
  urgentCheck(ring, turn);
}

/** It answered this node itself: what it sends of its own accord proves nothing, since it might not hear. */
export function stopSuspecting(ring: RingState, nodeId: string, turn: Turn): void {
  if (!ring.membership.unreachable.has(nodeId)) return;
  clearDoubts(ring.membership, nodeId);
  clearTimer(ring.timers, { type: 'reprobe', key: nodeId });
  turn.emit({ type: 'reachable', nodeId });
  noteRing(ring, turn);
}

function askAgainLater(ring: RingState, nodeId: string, incarnation: number, turn: Turn): void {
  accuse(ring.membership, nodeId, incarnation);
  setTimer(ring.timers, { type: 'reprobe', key: nodeId }, turn.nowMs + REPROBE_MS);
}
