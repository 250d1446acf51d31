import { type Member, memberStates } from '@coring/protocol';
import type { RingState } from '../state.js';

/**
 * Which of two records of one node stands. A total order, and the greater one wins: so merging is commutative, associative and
 * idempotent, and all who have heard the same agree.
 */
export function mergeMembers(a: Member, b: Member): Member {
  return compareRecords(a, b) >= 0 ? a : b;
}

/** Whether the record would change what the roster says of its node. */
export function isNews({ membership }: RingState, member: Member): boolean {
  const known = membership.roster.get(member.nodeId);
  return known === undefined || (!isSame(member, known) && compareRecords(member, known) > 0);
}

/** The record as text, for hashing and as the last tie-break: equal records give equal texts. */
export function textOfMember(member: Member): string {
  const { nodeId, incarnation, boot, address, state, position, capacity, zone = '', features, away = false, forgotten = false, lastEpoch = 0, wakeAfterMs = 0 } = member;
  return JSON.stringify([nodeId, incarnation, boot, address, state, position, capacity, zone, features, away, forgotten, lastEpoch, wakeAfterMs]);
}

/**
 * Negative, zero or positive, as for `Array.sort`. The operator's word that a node is lost stands for ever: its votes were taken from
 * it, and counting them again would be unsafe. Then the higher incarnation wins, then the later state. What follows only settles a
 * winner between records that two others wrote at once; the node itself ends that with a new incarnation.
 */
function compareRecords(a: Member, b: Member): number {
  return (
    Number(a.forgotten === true) - Number(b.forgotten === true) ||
    a.incarnation - b.incarnation ||
    memberStates.indexOf(a.state) - memberStates.indexOf(b.state) ||
    compareTexts(textOfMember(a), textOfMember(b))
  );
}

/** Whether nothing distinguishes them: mostly so where whole rosters are compared, and cheaper to see than their texts. */
function isSame(a: Member, b: Member): boolean {
  return (
    a.incarnation === b.incarnation &&
    a.state === b.state &&
    a.boot === b.boot &&
    a.address === b.address &&
    a.position === b.position &&
    a.capacity === b.capacity &&
    a.zone === b.zone &&
    a.away === b.away &&
    a.forgotten === b.forgotten &&
    a.lastEpoch === b.lastEpoch &&
    a.wakeAfterMs === b.wakeAfterMs &&
    a.features.length === b.features.length &&
    a.features.every((feature, i) => feature === b.features[i])
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
