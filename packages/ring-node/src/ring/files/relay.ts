import { nextOf } from '../membership/order.js';
import { suspect } from '../membership/reachable.js';
import type { Body } from '../body.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { tellForward } from './forward.js';

/** A hop that is not acknowledged for so long goes to the next node after it, in milliseconds. */
const HOP_MS = 500;
/** How long a FORWARD that was met is remembered: a second one of the same request is dropped. */
const MET_MS = 60_000;
const MET_MAX = 10_000;

/**
 * Hands a walking or filling FORWARD to the next node of the ring that answers. Returns false where there is none, or where it has gone
 * far enough: then it ends here.
 */
export function passOn(ring: RingState, turn: Turn, forward: Body<'FORWARD'>, tried: readonly string[] = []): boolean {
  const self = ring.self.nodeId;
  const node = nextUntried(ring, tried);
  if (node === self || forward.hop > forward.hopsMax || forward.deadlineMs <= 0) return false;
  // Who was there already has passed it on; only home it may come again.
  if (forward.visited.includes(node) && node !== forward.origin) return false;
  const id = send(ring, turn, node, forward);
  ring.files.relays.set(id, { forward, node, tried });
  setTimer(ring.timers, { type: 'forward-late', key: id }, turn.nowMs + HOP_MS);
  tellForward(turn, forward, self, node);
  return true;
}

/** A hop was acknowledged. */
export function onRelayAcknowledged(ring: RingState, messageId: string): void {
  if (ring.files.relays.delete(messageId)) clearTimer(ring.timers, { type: 'forward-late', key: messageId });
}

/** A hop was not acknowledged, or could not be sent. Returns whether there was one. */
export function onRelayLate(ring: RingState, turn: Turn, messageId: string): boolean {
  const relay = ring.files.relays.get(messageId);
  if (relay === undefined) return false;
  onRelayAcknowledged(ring, messageId);
  suspect(ring, turn, relay.node, 'silent about a FORWARD');
  passOn(ring, turn, { ...relay.forward, deadlineMs: relay.forward.deadlineMs - HOP_MS }, [...relay.tried, relay.node]);
  return true;
}

/** Whether a request comes by for the first time. */
export function isNew({ files }: RingState, turn: Turn, request: string): boolean {
  for (const [known, untilMs] of files.met) {
    if (untilMs > turn.nowMs && files.met.size < MET_MAX) break;
    files.met.delete(known);
  }
  if (files.met.has(request)) return false;
  files.met.set(request, turn.nowMs + MET_MS);
  return true;
}

function nextUntried(ring: RingState, tried: readonly string[]): string {
  const last = tried.at(-1);
  let node = nextOf(ring, last);
  for (let looks = 0; tried.includes(node) && looks < tried.length; looks++) node = nextOf(ring, node);
  return tried.includes(node) ? ring.self.nodeId : node;
}
