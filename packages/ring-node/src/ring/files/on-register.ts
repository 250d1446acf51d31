import type { Accept, Branch, Message, Prepare, Query } from '@coring/protocol';
import type { Body } from '../body.js';
import type { BytesAt } from '../effect.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { accept, keepBranch, prepare, query } from './acceptor.js';
import { acceptFast } from './fast-acceptor.js';
import type { Entry } from './files-state.js';
import { isIncoming, isNothing } from './incoming.js';
import { isKept } from './kept.js';
import { isSmall } from './offer.js';
import type { Reply } from './scope.js';

/** Answers what another node asks of this one as an acceptor. */
export function onRegisterMessage(ring: RingState, turn: Turn, entry: Entry, message: Prepare | Accept | Query | Branch): void {
  const { name } = message;
  switch (message.type) {
    case 'PREPARE':
      return answer(ring, turn, message, 'PROMISE', prepare(ring, turn, name, entry, message.ballot, message.epoch));
    case 'ACCEPT':
      return answer(ring, turn, message, 'ACCEPTED', acceptEither(ring, turn, entry, message));
    case 'QUERY':
      return answerQuery(ring, turn, entry, message);
    case 'BRANCH':
      return answer(ring, turn, message, 'BRANCHED', keepBranch(ring, turn, name, entry, message.value));
  }
}

function answerQuery(ring: RingState, turn: Turn, entry: Entry, message: Query): void {
  const { name, wantsBytes } = message;
  const { value } = entry.register;
  const isGiven = wantsBytes === true && value?.deleted === false && isSmall(value) && isKept(entry.kept, value.version);
  const bytes = isGiven ? { name, version: value.version } : undefined;
  answer(ring, turn, message, 'REGISTER', { ...query(ring, entry), ...(isNothing(entry) && isIncoming(ring, turn, name) ? { incoming: true } : {}) }, bytes);
}

function acceptEither(ring: RingState, turn: Turn, entry: Entry, { name, ballot, base, value, epoch }: Accept): Reply {
  return ballot === undefined ? acceptFast(ring, turn, name, entry, base ?? {}, value, epoch) : accept(ring, turn, name, entry, ballot, value, epoch);
}

function answer(ring: RingState, turn: Turn, { id, from }: Message, type: 'PROMISE' | 'ACCEPTED' | 'REGISTER' | 'BRANCHED', reply: Reply, bytes?: BytesAt): void {
  const { epoch: _epoch, ...said } = reply;
  send(ring, turn, from, { type, re: id, ...said } as Body<typeof type>, bytes);
  if (ring.mutations.has('reply-before-sync')) moveSavesBack(turn);
}

/** The mistake of saying what is not on disk yet. */
function moveSavesBack({ effects }: Turn): void {
  const saves = effects.filter(({ type }) => type === 'save');
  const others = effects.filter(({ type }) => type !== 'save');
  effects.splice(0, effects.length, ...others, ...saves);
}
