import type { Message } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Call } from './files-state.js';
import type { Op } from './op.js';

/** Takes bytes that came with what a voter has: the read under way may answer with them. Returns false where nobody can. */
export function takeGiven({ files }: RingState, turn: Turn, message: Message, call: Call | undefined, token: string): boolean {
  const op = call?.type === 'op' ? files.ops.get(call.ref) : undefined;
  const version = message.type === 'REGISTER' ? message.register.value?.version : undefined;
  if (op?.kind !== 'read' || version === undefined) return false;
  dropGiven(turn, op);
  op.given = { from: message.from, version, token };
  return true;
}

export function dropGiven(turn: Turn, op: Op): void {
  if (op.given !== undefined) turn.save({ do: 'discard', token: op.given.token });
  op.given = undefined;
}
