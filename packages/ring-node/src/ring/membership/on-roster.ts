import type { Message, RosterMessage } from '@coring/protocol';
import { learnEpochs } from '../placement/learn.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { hear } from './hear.js';
import { noteAgreement } from './rumours.js';

/** Differences that end by themselves, because news are on their way, are shorter than this. */
const LASTING_MS = 1_000;
/** A roster is sent to one peer, and to all of them together, no more often than this. */
const EXCHANGE_MS = 1_000;

/** Gives a peer all that is known of the members and epochs; `answer` asks for its own in return. */
export function sendRoster(ring: RingState, turn: Turn, to: string, answer: boolean): void {
  const { membership, placement } = ring;
  const { epochs, oldest, floor } = placement;
  send(ring, turn, to, { type: 'ROSTER', roster: [...membership.roster.values()], epochs: [...epochs], oldestEpoch: oldest, floor, answer });
}

export function onRoster(ring: RingState, { from, roster, epochs, oldestEpoch, floor, answer }: RosterMessage, turn: Turn): void {
  hear(ring, roster, turn);
  // Where copies are placed only those decide who belong to the ring: a member is in its own roster.
  if (!ring.membership.roster.has(from)) return;
  learnEpochs(ring, turn, epochs, oldestEpoch, floor);
  if (answer) sendRoster(ring, turn, from, false);
}

/**
 * Compares what the sender knows with what is known here, by digest and epoch number. News may be lost; this is what makes all agree in
 * the end: a difference that lasts leads to an exchange.
 */
export function noteDifference(ring: RingState, { type, from, rosterDigest, epoch, incarnation }: Message, turn: Turn): void {
  const { membership, placement } = ring;
  const { differing, roster } = membership;
  if (rosterDigest === membership.digest) noteAgreement(membership, from);
  if (type === 'ROSTER' || (rosterDigest === membership.digest && epoch === placement.newest)) {
    differing.delete(from);
    return;
  }
  if (!roster.has(from)) return;
  const sinceMs = differing.get(from)?.sinceMs ?? turn.nowMs;
  if (!differing.has(from)) differing.set(from, { sinceMs });
  // A sender of whose restart or refutation the record is missing cannot wait: it is taken for dead meanwhile.
  const lasts = turn.nowMs - sinceMs >= LASTING_MS || incarnation > roster.get(from)!.incarnation;
  if (!lasts || turn.nowMs - membership.lastExchangeMs < EXCHANGE_MS) return;
  membership.lastExchangeMs = turn.nowMs;
  differing.delete(from);
  sendRoster(ring, turn, from, true);
}
