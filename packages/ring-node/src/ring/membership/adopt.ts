import { formatHash64, hash64, type Member } from '@coring/protocol';
import { dropRoster, saveMembers } from '../persisted.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Membership } from './membership.js';
import { isNews, textOfMember } from './merge.js';
import { noteRing } from './note-ring.js';
import { reorder } from './order.js';
import { clearDoubts } from './reachable.js';
import { tellOf } from './rumours.js';

const ADDRESSES_MAX = 4096;

/** Takes a record into the roster where it is news: tells others, saves, and says what changed. */
export function adopt(ring: RingState, member: Member, turn: Turn): void {
  adoptAll(ring, [member], turn);
}

/** As `adopt`, with one save for all of them. */
export function adoptAll(ring: RingState, members: readonly Member[], turn: Turn): void {
  const entered: { member: Member; was: Member | undefined }[] = [];
  for (const member of members) {
    if (isNews(ring, member)) entered.push({ member, was: enter(ring, member, turn) });
  }
  if (entered.length === 0) return;
  turn.save(...saveMembers(...entered.map(({ member }) => member)));
  for (const { member, was } of entered) {
    const { nodeId, address, state, incarnation } = member;
    if (was?.state !== state || was.incarnation !== incarnation) {
      turn.emit({ type: 'member', nodeId, address, state, ...(was === undefined ? {} : { was: was.state }), incarnation });
    }
  }
  noteRing(ring, turn);
}

/** Replaces the entry of a node, with all that hangs on it; it is to be saved. Returns what stood there before. */
export function enter({ membership, mutations }: RingState, member: Member, turn: Turn): Member | undefined {
  const { roster, addresses } = membership;
  const { nodeId, state } = member;
  const was = roster.get(nodeId);
  roster.set(nodeId, member);
  membership.digest = digestWith(membership.digest, was, member);
  reorder(membership, was, member);
  if (state !== was?.state) noteState(membership, nodeId, state, turn.nowMs);
  addresses.delete(member.address);
  addresses.add(member.address);
  for (const oldest of addresses) {
    if (addresses.size <= ADDRESSES_MAX) break;
    addresses.delete(oldest);
    turn.save(...dropRoster({ addresses: [oldest] }));
  }
  if (!mutations.has('doubt-the-dead')) clearDoubts(membership, nodeId);
  tellOf(membership, nodeId);
  return was;
}

function noteState({ downSince, asleepSince }: Membership, nodeId: string, state: Member['state'], nowMs: number): void {
  for (const [since, of] of [[downSince, 'down'], [asleepSince, 'asleep']] as const) {
    if (state === of) since.set(nodeId, nowMs);
    else since.delete(nodeId);
  }
}

/** The digest of a roster in which one entry was replaced: the XOR over all entries' hashes, so the order of changes does not matter. */
export function digestWith(digest: string, was: Member | undefined, member: Member): string {
  let high = Number.parseInt(digest.slice(0, 8), 16);
  let low = Number.parseInt(digest.slice(8), 16);
  for (const record of [was, member]) {
    if (record === undefined) continue;
    const hash = hash64(textOfMember(record));
    high ^= hash.high;
    low ^= hash.low;
  }
  return formatHash64({ high: high >>> 0, low: low >>> 0 });
}
