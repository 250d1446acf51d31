import type { Message, RefusalCode } from '@coring/protocol';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { hear, hearAccusation } from './hear.js';
import { noteDifference, sendRoster } from './on-roster.js';
import { accuse } from './rumours.js';

/** What a node without a ring, or of another one, may say and hear. */
const SAID_OUTSIDE: ReadonlySet<Message['type']> = new Set(['JOIN', 'WELCOME', 'REFUSED']);
/** What somebody may say whom this node does not know yet: it introduces itself by it. */
const SAID_BY_STRANGERS: ReadonlySet<Message['type']> = new Set([...SAID_OUTSIDE, 'ROSTER']);
/** What concerns the ring itself: a node that has said goodbye takes no part in it, while requests under way go on. */
const RING_TYPES: ReadonlySet<Message['type']> = new Set(['WELCOME', 'REFUSED', 'PING', 'PING-REQ', 'ACK', 'CHECK', 'ROSTER', 'LEAVE']);

/**
 * Takes what every message carries beside its own matter: who sends, for whom and for which ring it is, and the news. False where the
 * message itself is to be dropped.
 */
export function onGossip(ring: RingState, message: Message, turn: Turn): boolean {
  const { self } = ring;
  if (message.from === self.nodeId) return isFromSelf(ring, message, turn);
  if (message.to !== undefined && message.to !== self.nodeId) return refuse(ring, message, 'wrong-node', `this is ${self.nodeId}`, turn);
  if (self.ringId === undefined || message.ringId !== self.ringId) {
    return SAID_OUTSIDE.has(message.type) || refuse(ring, message, 'other-ring', 'this node belongs to another ring', turn);
  }
  const isAboutRing = RING_TYPES.has(message.type) && !(message.type === 'LEAVE' && message.member.nodeId === self.nodeId);
  if (self.phase === 'gone') return !isAboutRing || message.type === 'ACK';
  if (ring.membership.roster.get(message.from)?.forgotten === true && !ring.mutations.has('heed-the-forgotten')) return isForgottenHeard(ring, message, turn);
  hear(ring, message.news, turn);
  for (const accusation of message.accusations) hearAccusation(ring, accusation, message.from, turn);
  if (ring.self.phase === 'gone') return false;
  // It would not be answered either. A member whose record got lost on the way says it again.
  if (!ring.membership.roster.has(message.from)) return SAID_BY_STRANGERS.has(message.type);
  noteSender(ring, message);
  noteDifference(ring, message, turn);
  return true;
}

/** A sender that the roster calls down is there after all: only it can say so, by a higher incarnation. */
function noteSender({ membership }: RingState, { from, incarnation }: Message): void {
  const member = membership.roster.get(from);
  if (member?.state === 'down' && member.away !== true && member.incarnation === incarnation) accuse(membership, from, incarnation);
}

/** Another process with our identity: a copied data directory. It is refused here, and the operator told. */
function isFromSelf({ self }: RingState, message: Message, turn: Turn): boolean {
  const isOurOwn = message.id.startsWith(`${self.boot}.`);
  if (!isOurOwn) turn.emit({ type: 'clone', nodeId: message.from, address: message.type === 'JOIN' ? message.member.address : 'unknown' });
  return message.type === 'JOIN' || (isOurOwn && message.type === 'REFUSED');
}

/** It does not know yet that it was given up: all that it is told. */
function isForgottenHeard(ring: RingState, message: Message, turn: Turn): boolean {
  if (message.type === 'JOIN') return true;
  if (turn.nowMs - ring.membership.lastExchangeMs >= 1_000) {
    ring.membership.lastExchangeMs = turn.nowMs;
    sendRoster(ring, turn, message.from, false);
  }
  return false;
}

function refuse(ring: RingState, { type, from, id }: Message, code: RefusalCode, text: string, turn: Turn): false {
  if (type !== 'REFUSED') send(ring, turn, from, { type: 'REFUSED', re: id, code, message: text });
  return false;
}
