import type { Epoch } from '@coring/protocol';
import type { RingState } from '../state.js';
import { epochsInForce, newestEpoch } from './owners.js';

/**
 * Those of these nodes whose word counts in an epoch. Who left before it knew the epoch never voted in it and never will; so leaving it out
 * changes no quorum that came together, here or at nodes that have not heard of it yet. Of a node that is lost for ever an operator says
 * so, and answers for it.
 */
export function standing({ membership }: RingState, epoch: number, nodeIds: readonly string[]): readonly string[] {
  return nodeIds.filter((nodeId) => {
    const member = membership.roster.get(nodeId);
    return member?.forgotten !== true && !(member?.state === 'left' && (member.lastEpoch ?? 0) < epoch);
  });
}

/** Those members of an epoch whose word counts in it. */
export function standingMembers(ring: RingState, { number, members }: Epoch): readonly string[] {
  return standing(ring, number, members.map(({ nodeId }) => nodeId));
}

/** How many of these nodes the operator took out: they may have decided, and nobody asks them any more. */
export function forgottenAmong({ membership, mutations }: RingState, nodeIds: readonly string[]): number {
  if (mutations.has('minority-of-before')) return 0;
  return nodeIds.filter((nodeId) => membership.roster.get(nodeId)?.forgotten === true).length;
}

/**
 * How many of those whose word counts decide: more than half of them, and, where others were forgotten, so many that one of them was in each majority there was before. With
 * two of five forgotten that takes all three; where more than half are gone, all that are left.
 */
export function enoughOf(standing: number, forgotten: number): number {
  if (standing === 0) return 0;
  return Math.max((standing >> 1) + 1, Math.min(standing, Math.ceil((standing + forgotten) / 2)));
}

/**
 * The epoch whose members decide about the next one: the newest. Where nobody's word counts in that, nothing ever was or will be decided by it: the newest
 * in force before it in which somebody's does.
 */
export function electorate(ring: RingState): Epoch | undefined {
  if (ring.mutations.has('dead-epoch-decides')) return newestEpoch(ring);
  return epochsInForce(ring).findLast((epoch) => standingMembers(ring, epoch).length > 0);
}
