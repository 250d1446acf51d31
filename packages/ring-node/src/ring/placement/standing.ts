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

/** Those of these nodes whose word counts in an epoch, and how many more the operator took out: they may have decided, and nobody asks them any more. */
export function votersAmong(ring: RingState, epoch: number, nodeIds: readonly string[]): { readonly voters: readonly string[]; readonly forgotten: number } {
  const { membership, mutations } = ring;
  const forgotten = mutations.has('minority-of-before') ? [] : nodeIds.filter((nodeId) => membership.roster.get(nodeId)?.forgotten === true);
  return { voters: standing(ring, epoch, nodeIds), forgotten: forgotten.length };
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
