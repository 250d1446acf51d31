import type { ClientAnswer } from '../client-request.js';
import { newestEpoch } from '../placement/owners.js';
import type { RingState } from '../state.js';
import { receiptFor } from './clients.js';
import { isKept } from './kept.js';
import { isKnownChosen } from './view.js';

/**
 * The answer to a read of the current content where this node alone decides and nothing is under way about the name: the same that a request
 * would come to, without a round. It looks and changes nothing. Undefined for everything else: the request is to be fed.
 *
 * What it says is what the core holds: it may be given out only once every save of this name, and of the epochs, is durable.
 */
export function readHere(ring: RingState, name: string): Extract<ClientAnswer, { type: 'found' }> | undefined {
  const { files, self } = ring;
  if (!decidesAlone(ring) || files.queues.has(name)) return undefined;
  // Looking must not move it to the end of the cache: a replay of the inputs would not see that.
  const entry = files.cache.get(name);
  if (entry === undefined) return undefined;
  const { value, fast, copied, branches, mine, committed } = entry.register;
  if (value === undefined || value.deleted || branches.length > 0 || mine !== undefined) return undefined;
  // What came by copying is no vote, nor what only some have taken in a fast round of an older epoch.
  const isVoted = !copied && (fast === undefined || fast.epoch === ring.placement.newest);
  if (!isVoted && !isKnownChosen(ring, { main: value, committed }, { kind: 'read' })) return undefined;
  if (!isKept(entry.kept, value.version)) return undefined;
  const { nodeId } = self;
  return { type: 'found', value, from: { nodeId, version: value.version }, receipt: receiptFor(ring, 'strong', [nodeId], 0) };
}

/** Whether no other node has a word in any decision: one epoch is in force, and this node is its only member. */
function decidesAlone(ring: RingState): boolean {
  const { self, placement } = ring;
  if (self.phase !== 'in' || placement.epochs.length !== 1) return false;
  const { members } = newestEpoch(ring)!;
  return members.length === 1 && members[0]!.nodeId === self.nodeId;
}
