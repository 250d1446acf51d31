import type { Ack, Ping, PingReq } from '@coring/protocol';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { recover, worsen } from './health.js';
import { onHealed } from './heal.js';
import { dropInquiry, inquire, onHelperAnswer, onHelperUnsent, onInquiryLate, targetOfKey } from './inquiry.js';
import type { PendingPing } from './membership.js';
import { nextOf } from './order.js';
import { isPinging, ping, STOOD_STILL_MS, takePing } from './ping.js';
import { isReachable, reachableNodes } from './reachable.js';
import { shuffled } from './shuffled.js';
import { onNotWoken } from './sleepers.js';
import { onStillSilent, stopSuspecting } from './suspicion.js';
import { onVerified, onVerifyDue, verifiedOfKey } from './verify.js';

/** A probe round comes this often, ± 5 %. */
const PROBE_MS = 1_000;
/** Probes for others under way at once. */
const RELAYS_MAX = 64;

/** The probe round: the next node, which nobody else watches so closely, and one other, in shuffled turns. */
export function onProbeDue(ring: RingState, lateMs: number, turn: Turn): void {
  const { membership, self } = ring;
  membership.lagMs = lateMs;
  if (lateMs > STOOD_STILL_MS) {
    worsen(membership);
    for (const suspicion of membership.unreachable.values()) suspicion.sinceMs = turn.nowMs;
  }
  setTimer(ring.timers, { type: 'probe' }, turn.nowMs + PROBE_MS * (1 + membership.health * 0.5) * (0.95 + 0.1 * turn.random()));
  if (self.phase !== 'in' && self.phase !== 'leaving') return;
  const next = nextOf(ring);
  if (next === self.nodeId) return;
  probe(ring, turn, next, 'it did not answer a PING');
  const other = nextInTurn(ring, turn, next);
  if (other !== undefined) probe(ring, turn, other, 'it did not answer a PING');
}

/** Asks a node whether it is there; where it does not answer, helpers ask too, and then it is suspected. */
export function probe(ring: RingState, turn: Turn, nodeId: string, why: string): void {
  if (nodeId === ring.self.nodeId || ring.membership.inquiries.has(nodeId) || isPinging(ring, nodeId, 'probe')) return;
  ping(ring, turn, { nodeId, purpose: 'probe', why });
}

export function onPing(ring: RingState, { from, id }: Ping, turn: Turn): void {
  send(ring, turn, from, { type: 'ACK', re: id });
}

/** Probes a node for another one. */
export function onPingReq(ring: RingState, { from, id, target }: PingReq, turn: Turn): void {
  const { membership, self } = ring;
  if (target === self.nodeId) return void send(ring, turn, from, { type: 'ACK', re: id, reached: true });
  const relays = [...membership.pings.values()].filter(({ purpose }) => purpose === 'relay').length;
  if (!membership.roster.has(target) || relays >= RELAYS_MAX) return void send(ring, turn, from, { type: 'ACK', re: id, reached: false });
  ping(ring, turn, { nodeId: target, purpose: 'relay', asker: { nodeId: from, messageId: id } });
}

export function onAck(ring: RingState, ack: Ack, turn: Turn): void {
  onHelperAnswer(ring, ack.re, ack.reached === true, turn);
  if (ring.membership.pings.get(ack.re)?.nodeId !== ack.from) return;
  const pending = takePing(ring, ack.re)!;
  const { nodeId, purpose, asker } = pending;
  dropInquiry(ring, nodeId);
  stopSuspecting(ring, nodeId, turn);
  switch (purpose) {
    case 'probe':
    case 'again':
      return recover(ring.membership);
    case 'verify':
      return onVerified(ring, nodeId, true, turn);
    case 'heal':
      return onHealed(ring, nodeId, turn);
    case 'relay':
      return void send(ring, turn, asker!.nodeId, { type: 'ACK', re: asker!.messageId, reached: true });
    case 'announce':
    case 'wake':
      return;
  }
}

export function onPingLate(ring: RingState, key: string, turn: Turn): void {
  const target = targetOfKey(key);
  if (target !== undefined) return onInquiryLate(ring, target, turn);
  const pending = takePing(ring, key);
  if (pending === undefined) return;
  if (turn.nowMs - pending.dueMs > STOOD_STILL_MS) ping(ring, turn, pending);
  else onNoAnswer(ring, pending, turn);
}

/** A message could not be handed over: for a PING that is an answer, and a quick one. */
export function onUnsent(ring: RingState, messageId: string, turn: Turn): void {
  ring.membership.joins.delete(messageId);
  onHelperUnsent(ring, messageId, turn);
  const pending = takePing(ring, messageId);
  if (pending !== undefined) onNoAnswer(ring, pending, turn);
}

export function onReprobe(ring: RingState, key: string, turn: Turn): void {
  if (ring.self.phase === 'gone') return;
  const heardDown = verifiedOfKey(key);
  if (heardDown !== undefined) return onVerifyDue(ring, heardDown, turn);
  const { unreachable, doubted } = ring.membership;
  const why = doubted.get(key);
  doubted.delete(key);
  if (unreachable.has(key)) ping(ring, turn, { nodeId: key, purpose: 'again' });
  else if (why !== undefined) probe(ring, turn, key, why);
}

function onNoAnswer(ring: RingState, pending: PendingPing, turn: Turn): void {
  const { nodeId, incarnation, purpose, why, asker } = pending;
  if (ring.self.phase === 'gone') return;
  switch (purpose) {
    case 'probe':
      if (isReachable(ring, nodeId) && ring.membership.roster.get(nodeId)?.incarnation === incarnation) inquire(ring, turn, nodeId, why);
      return;
    case 'again':
      return onStillSilent(ring, nodeId, turn);
    case 'verify':
      return onVerified(ring, nodeId, false, turn);
    case 'relay':
      return void send(ring, turn, asker!.nodeId, { type: 'ACK', re: asker!.messageId, reached: false });
    case 'wake':
      return onNotWoken(ring, pending, turn);
    case 'heal':
    case 'announce':
      return;
  }
}

/** Everyone in turn, in an order shuffled anew for each round: the longest wait for a probe is bounded (SWIM, section 4.3). */
function nextInTurn(ring: RingState, turn: Turn, except: string): string | undefined {
  const { probeOrder } = ring.membership;
  if (probeOrder.length === 0) probeOrder.push(...shuffled(reachableNodes(ring), turn));
  while (probeOrder.length > 0) {
    const nodeId = probeOrder.pop()!;
    if (nodeId !== except && nodeId !== ring.self.nodeId && isReachable(ring, nodeId)) return nodeId;
  }
  return undefined;
}
