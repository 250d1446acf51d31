import type { Member } from '@coring/protocol';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { adopt } from './adopt.js';
import { isNews, mergeMembers } from './merge.js';
import { ping } from './ping.js';
import { accuse, tellOf } from './rumours.js';

/** Own probes of nodes that were heard to be down, under way at once. */
const VERIFYING_MAX = 32;
/** They begin within this time, each at its own moment: everybody hears the news at once and would ask the node at once. */
const JITTER_MS = 200;
const KEY_PREFIX = 'verify ';

/**
 * Somebody says that a node is down which this one holds to be up: it is believed only when an own probe fails too. So a node that is
 * sick itself cannot take a healthy one out of the ring. What was heard is told on at once, so that all look at the same time.
 */
export function verify(ring: RingState, heard: Member, turn: Turn): void {
  const { toVerify, verifying } = ring.membership;
  const { nodeId } = heard;
  const before = verifying.get(nodeId) ?? toVerify.get(nodeId);
  if (before !== undefined && mergeMembers(before, heard) === before) return;
  if (verifying.has(nodeId)) verifying.set(nodeId, heard);
  else toVerify.set(nodeId, heard);
  tellOf(ring.membership, nodeId);
  verifyMore(ring, turn);
}

/** Whose verification a timer is about; undefined for other reprobes. */
export function verifiedOfKey(key: string): string | undefined {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : undefined;
}

/** The PING carries the accusation: a node that is there refutes it with its answer. */
export function onVerifyDue(ring: RingState, nodeId: string, turn: Turn): void {
  const heard = ring.membership.verifying.get(nodeId);
  if (heard === undefined) return;
  accuse(ring.membership, nodeId, heard.incarnation);
  ping(ring, turn, { nodeId, purpose: 'verify' }, heard.address);
}

export function onVerified(ring: RingState, nodeId: string, answered: boolean, turn: Turn): void {
  const { verifying } = ring.membership;
  const heard = verifying.get(nodeId);
  verifying.delete(nodeId);
  if (heard !== undefined && !answered) adopt(ring, heard, turn);
  verifyMore(ring, turn);
}

function verifyMore(ring: RingState, turn: Turn): void {
  const { toVerify, verifying, unreachable } = ring.membership;
  for (const [nodeId, heard] of toVerify) {
    if (verifying.size >= VERIFYING_MAX) return;
    toVerify.delete(nodeId);
    if (!isNews(ring, heard)) continue;
    if (unreachable.has(nodeId)) {
      adopt(ring, heard, turn);
      continue;
    }
    verifying.set(nodeId, heard);
    setTimer(ring.timers, { type: 'reprobe', key: KEY_PREFIX + nodeId }, turn.nowMs + turn.random() * JITTER_MS);
  }
}
