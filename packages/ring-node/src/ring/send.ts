import type { Message, MessageType } from '@coring/protocol';
import type { Body } from './body.js';
import type { BytesAt } from './effect.js';
import { gossipFor } from './membership/rumours.js';
import type { RingState } from './state.js';
import type { Turn } from './turn.js';

/** Sends to a member of the roster. Returns the message's id; 'unsent' or silence tell that it did not arrive. */
export function send<T extends MessageType>(ring: RingState, turn: Turn, to: string, body: Body<T>, bytes?: BytesAt): string {
  const member = ring.membership.roster.get(to);
  if (member === undefined) return nextMessageId(ring);
  return sendTo(ring, turn, member.address, to, body, bytes);
}

/** Sends to an address; `to` is left out where nobody knows yet who is there. */
export function sendTo<T extends MessageType>(ring: RingState, turn: Turn, address: string, to: string | undefined, body: Body<T>, bytes?: BytesAt): string {
  const { self, membership, placement } = ring;
  const id = nextMessageId(ring);
  const message = {
    v: 1,
    id,
    from: self.nodeId,
    incarnation: self.incarnation,
    ...(to === undefined ? {} : { to }),
    ...(self.ringId === undefined ? {} : { ringId: self.ringId }),
    clock: self.clock,
    rosterDigest: membership.digest,
    epoch: placement.newest,
    ...gossipFor(ring, to),
    ...body,
  } as unknown as Message;
  turn.effects.push({ type: 'send', address, message, ...(bytes === undefined ? {} : { bytes }) });
  return id;
}

export function nextMessageId({ self }: RingState): string {
  return `${self.boot}.${(self.messages++).toString(36)}`;
}
