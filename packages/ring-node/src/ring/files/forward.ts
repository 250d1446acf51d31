import type { Forward } from '@coring/protocol';
import { type Body, nextMessageId } from '../send.js';
import type { RingState } from '../state.js';

type Own = Pick<Forward, 'op' | 'name' | 'deadlineMs'> & Partial<Pick<Forward, 'mode' | 'hopsMax' | 'version' | 'digest' | 'size' | 'sources' | 'value' | 'ballot' | 'kept'>>;

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
