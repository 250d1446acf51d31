import type { Ack } from '@coring/protocol';
import { patience } from '../membership/health.js';
import { nextOf } from '../membership/order.js';
import { isReachable, suspect } from '../membership/reachable.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { CheckBody } from './check-state.js';
import { dropLap, onArcHome } from './lap-home.js';
import { HOP_MS, SKIPPED_MAX } from './limits.js';
import { isAtOrPast } from './walk.js';

/** Sends a CHECK to the next station and waits for the ACK. `tries` counts the sendings before this one. */
export function sendHop(ring: RingState, turn: Turn, to: string, check: CheckBody, tries = 0): void {
  const id = send(ring, turn, to, check);
  ring.check.hops.set(id, { to, tries, sentMs: turn.nowMs, check });
  setTimer(ring.timers, { type: 'hop-late', key: id }, turn.nowMs + patience(ring.membership, HOP_MS));
}

/** Sends a CHECK on to the next live node after `after`, or home where its arc ends. */
export function passOn(ring: RingState, turn: Turn, after: string, check: CheckBody, from: string): void {
  const { nodeId } = ring.self;
  const next = nextOf(ring, after);
  const isEnd = next === nodeId || isAtOrPast(ring, nodeId, next, check.arcEnd) || isAtOrPast(ring, nodeId, next, check.origin);
  const to = isEnd ? check.origin : next;
  // Everyone after the origin itself was skipped: the arc is home without having been anywhere.
  if (to === nodeId) return onArcHome(ring, check, turn);
  turn.emit({ type: 'check', check: { lap: check.lap, origin: check.origin, hop: check.hop - 1, arc: check.arc, arcs: check.arcs }, from, to });
  sendHop(ring, turn, to, check);
}

export function onHopAcknowledged(ring: RingState, { re }: Ack, _turn: Turn): void {
  forgetHop(ring, re);
}

/**
 * A hop was not acknowledged in time or could not be sent at all: one retry, then the silent node is skipped and probed.
 * Ids of other messages are none of its business.
 */
export function onHopLate(ring: RingState, key: string, turn: Turn): void {
  const hop = ring.check.hops.get(key);
  if (hop === undefined) return;
  forgetHop(ring, key);
  const { to, tries } = hop;
  const check = { ...hop.check, deadlineMs: hop.check.deadlineMs - (turn.nowMs - hop.sentMs) };
  if (check.deadlineMs <= 0) return;
  if (tries === 0 && isReachable(ring, to)) return sendHop(ring, turn, to, check, 1);
  suspect(ring, turn, to, 'it does not answer CHECK');
  // It does not answer two of us: nobody waits for this lap any more, and here it ends.
  if (check.homeward === true && to === check.origin) return;
  const skipped = [...check.skipped, { nodeId: to, by: ring.self.nodeId, why: 'it does not answer CHECK' }].slice(0, SKIPPED_MAX);
  if (check.homeward === true || to === check.origin) handHome(ring, turn, to, { ...check, skipped });
  else passOn(ring, turn, to, { ...check, skipped }, ring.self.nodeId);
}

/** The origin does not answer this node, where its lap ends. It may only be the link: somebody else is asked to hand the lap over. */
function handHome(ring: RingState, turn: Turn, after: string, check: CheckBody): void {
  const next = nextOf(ring, after);
  if (next === ring.self.nodeId || next === check.origin || ring.mutations.has('no-other-way-home')) return;
  sendHop(ring, turn, next, { ...check, homeward: true });
}

/** A lap is not home in time: somebody took it and did not pass it on. That evicts nobody: probes find out who. */
export function onLapLate(ring: RingState, key: string, turn: Turn): void {
  ring.check.lastHomeHeardMs = Number.NEGATIVE_INFINITY;
  dropLap(ring, turn, key);
}

function forgetHop(ring: RingState, id: string): void {
  if (ring.check.hops.delete(id)) clearTimer(ring.timers, { type: 'hop-late', key: id });
}
