import { send } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { patience, recover, worsen } from './health.js';
import { ANSWER_MS, STOOD_STILL_MS } from './ping.js';
import { isReachable, reachableNodes } from './reachable.js';
import { shuffled } from './shuffled.js';
import { startSuspecting } from './suspicion.js';

const HELPERS = 3;
const KEY_PREFIX = 'inquiry ';

/**
 * Asks helpers to probe a node that did not answer this one: it may be the link that fails, not the node (PING-REQ of SWIM). Whom a
 * helper reaches is not suspected.
 */
export function inquire(ring: RingState, turn: Turn, target: string, why: string): void {
  const { membership, self } = ring;
  const member = membership.roster.get(target);
  if (member === undefined || membership.inquiries.has(target)) return;
  const helpers = shuffled(reachableNodes(ring).filter((nodeId) => nodeId !== self.nodeId && nodeId !== target), turn).slice(0, HELPERS);
  if (helpers.length === 0) return startSuspecting(ring, target, member.incarnation, why, turn);
  const open = new Set(helpers.map((helper) => send(ring, turn, helper, { type: 'PING-REQ', target })));
  // A helper needs as long for its own PING as we did, and the way to it and back.
  const dueMs = turn.nowMs + patience(membership, ANSWER_MS) * 1.5 + 50;
  for (const id of open) membership.helping.set(id, target);
  membership.inquiries.set(target, { incarnation: member.incarnation, why, dueMs, open, silent: 0 });
  setTimer(ring.timers, { type: 'ping-late', key: KEY_PREFIX + target }, dueMs);
}

/** Whose inquiry a late timer is about; undefined for those of PINGs. */
export function targetOfKey(key: string): string | undefined {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : undefined;
}

export function onHelperAnswer(ring: RingState, messageId: string, reached: boolean, turn: Turn): void {
  const target = takeHelp(ring, messageId);
  if (target === undefined) return;
  if (reached) dropInquiry(ring, target);
  else if (ring.membership.inquiries.get(target)?.open.size === 0) conclude(ring, target, turn);
}

export function onHelperUnsent(ring: RingState, messageId: string, turn: Turn): void {
  const target = takeHelp(ring, messageId);
  const inquiry = target === undefined ? undefined : ring.membership.inquiries.get(target);
  if (inquiry === undefined) return;
  inquiry.silent++;
  if (inquiry.open.size === 0) conclude(ring, target!, turn);
}

export function onInquiryLate(ring: RingState, target: string, turn: Turn): void {
  const inquiry = ring.membership.inquiries.get(target);
  if (inquiry === undefined) return;
  if (turn.nowMs - inquiry.dueMs > STOOD_STILL_MS) {
    dropInquiry(ring, target);
    inquire(ring, turn, target, inquiry.why);
  } else conclude(ring, target, turn);
}

export function dropInquiry(ring: RingState, target: string): void {
  const { inquiries, helping } = ring.membership;
  for (const id of inquiries.get(target)?.open ?? []) helping.delete(id);
  if (inquiries.delete(target)) clearTimer(ring.timers, { type: 'ping-late', key: KEY_PREFIX + target });
}

/** Nobody reached it. Helpers that said nothing at all make this node doubt itself. */
function conclude(ring: RingState, target: string, turn: Turn): void {
  const { membership } = ring;
  const { incarnation, open, silent, why } = membership.inquiries.get(target)!;
  dropInquiry(ring, target);
  if (open.size + silent > 0) worsen(membership);
  else recover(membership);
  if (isReachable(ring, target) && membership.roster.get(target)?.incarnation === incarnation) startSuspecting(ring, target, incarnation, why, turn);
}

function takeHelp({ membership }: RingState, messageId: string): string | undefined {
  const target = membership.helping.get(messageId);
  if (target === undefined) return undefined;
  membership.helping.delete(messageId);
  membership.inquiries.get(target)?.open.delete(messageId);
  return target;
}
