import { sendTo } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { patience } from './health.js';
import type { PendingPing } from './membership.js';

/** How long a PING may take, for a node that is well itself; of a node that sleeps, the process has to start first. */
export const ANSWER_MS = 500;
const AWAKENING_MS = 5_000;
/** A timer this late says that this process stood still: what timed out meanwhile says nothing about others. */
export const STOOD_STILL_MS = 250;

type About = Pick<PendingPing, 'nodeId' | 'purpose'> & Partial<Pick<PendingPing, 'why' | 'asker'>>;

/** Asks a member of the roster whether it is there: at its address, or at one that was heard of since. */
export function ping(ring: RingState, turn: Turn, about: About, address?: string): void {
  const { membership } = ring;
  const member = membership.roster.get(about.nodeId);
  if (member === undefined) return;
  const id = sendTo(ring, turn, address ?? member.address, about.nodeId, { type: 'PING' });
  const dueMs = turn.nowMs + patience(membership, member.state === 'asleep' ? AWAKENING_MS : ANSWER_MS);
  membership.pings.set(id, { why: '', ...about, incarnation: member.incarnation, dueMs });
  setTimer(ring.timers, { type: 'ping-late', key: id }, dueMs);
}

/** Takes a PING off the list of those under way. */
export function takePing(ring: RingState, messageId: string): PendingPing | undefined {
  const pending = ring.membership.pings.get(messageId);
  if (pending === undefined) return undefined;
  ring.membership.pings.delete(messageId);
  clearTimer(ring.timers, { type: 'ping-late', key: messageId });
  return pending;
}

export function isPinging({ membership }: RingState, nodeId: string, purpose: PendingPing['purpose']): boolean {
  for (const pending of membership.pings.values()) {
    if (pending.nodeId === nodeId && pending.purpose === purpose) return true;
  }
  return false;
}
