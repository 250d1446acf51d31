import type { Forward } from '@coring/protocol';
import type { Body } from '../body.js';
import { nextMessageId } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Height } from './height.js';

type Own = Pick<Forward, 'op' | 'name' | 'deadlineMs'> & Partial<Pick<Forward, 'mode' | 'hopsMax' | 'version' | 'digest' | 'size' | 'sources' | 'value' | 'ballot' | 'fast' | 'kept'>>;

/** A new FORWARD of this node's, on its first hop; to one node only, unless said. */
export function aForward(ring: RingState, own: Own): Body<'FORWARD'> {
  return {
    type: 'FORWARD',
    request: nextMessageId(ring),
    origin: ring.self.nodeId,
    mode: 'direct',
    hop: 1,
    hopsMax: 1,
    visited: [ring.self.nodeId],
    sources: [],
    ...own,
    deadlineMs: Math.max(1, own.deadlineMs),
  };
}

/** Where the value that goes with it stands. */
export function carriedHeight({ accepted, fast }: Height): Pick<Forward, 'ballot' | 'fast'> {
  return { ...(accepted === undefined ? {} : { ballot: accepted }), ...(fast === undefined ? {} : { fast }) };
}

/** The same, of a FORWARD that has come. */
export function heightCarried({ ballot, fast }: Pick<Forward, 'ballot' | 'fast'>): Height {
  return { ...(ballot === undefined ? {} : { accepted: ballot }), ...(fast === undefined ? {} : { fast }) };
}

/** Shows a FORWARD that passes by. */
export function tellForward(turn: Turn, { request, origin, op, mode, name, hop }: Pick<Forward, 'request' | 'origin' | 'op' | 'mode' | 'name' | 'hop'>, from: string, to?: string): void {
  turn.emit({ type: 'forward', forward: { request, origin, op, mode, name, hop }, from, ...(to === undefined ? {} : { to }) });
}
