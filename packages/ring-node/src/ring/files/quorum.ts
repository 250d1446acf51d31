import { reachableNodes } from '../membership/reachable.js';
import { copiesWanted, epochsInForce, newestEpoch, ownersOf, votersOf } from '../placement/owners.js';
import { enoughOf, votersAmong } from '../placement/standing.js';
import type { RingState } from '../state.js';
import type { Reply, Scope } from './scope.js';

/** Undefined while the node belongs to no ring. */
export function scopeOf(ring: RingState, name: string): Scope | undefined {
  const newest = newestEpoch(ring);
  if (newest === undefined) return undefined;
  const inForce = ring.mutations.has('no-joint-quorum') ? [newest] : epochsInForce(ring);
  const epochs = inForce.map((epoch) => ({ number: epoch.number, ...votersAmong(ring, epoch.number, votersOf(epoch, name)) }));
  return {
    newest: newest.number,
    epochs,
    targets: [...new Set([...epochs].reverse().flatMap(({ voters }) => voters))],
    owners: ownersOf(newest, name),
    wanted: copiesWanted(newest),
  };
}

/**
 * The epochs whose majority is needed. An older one is not once a majority of the voters of a later one says, in the answers of this
 * very round, that it has copied everything: flags met in another round would not cover what was gathered in this one.
 */
export function neededEpochs(ring: RingState, scope: Scope, replies: ReadonlyMap<string, Reply>): Scope['epochs'] {
  const ready = (number: number) => new Set([...replies].filter(([, reply]) => reply.ready.includes(number)).map(([node]) => node));
  const settled = scope.epochs.findLast(({ number, voters, forgotten }) => voters.length > 0 && isMajority(voters, ready(number), forgotten))?.number ?? 0;
  const oldest = ring.mutations.has('race-on-oldest-epoch') ? Math.max(settled, ring.placement.oldest) : settled;
  return scope.epochs.filter(({ number }) => number >= oldest || number === scope.newest);
}

/** Whether these nodes are a majority of the voters of each of the epochs. */
export function isQuorum(ring: RingState, epochs: Scope['epochs'], nodes: ReadonlySet<string>): boolean {
  if (ring.mutations.has('any-quorum')) return nodes.size > 0;
  return epochs.every(({ voters, forgotten }) => isMajority(voters, nodes, forgotten));
}

/**
 * Whether those that said yes have told everything that was chosen so far: a majority in each needed epoch, and in the oldest of them one of voters
 * that had copied all that it gives them. Others vote, but of what was chosen before they may have heard nothing.
 */
export function isTold(ring: RingState, needed: Scope['epochs'], replies: ReadonlyMap<string, Reply>): boolean {
  const [oldest] = needed;
  if (!isQuorum(ring, needed, nodesWith(replies, 'ok'))) return false;
  if (oldest === undefined || hiddenByIt.some((mutation) => ring.mutations.has(mutation))) return true;
  const isVoter = (number: number, node: string): boolean => ring.mutations.has('later-copy-tells') || needed.some((epoch) => epoch.number === number && epoch.voters.includes(node));
  const knowing = [...replies].filter(([node, { result, ready }]) => result === 'ok' && hasAllBefore(ready, oldest.number, (number) => isVoter(number, node)));
  return isMajority(oldest.voters, new Set(knowing.map(([node]) => node)), oldest.forgotten);
}

/**
 * Whether a node that is ready for these epochs has had all that was chosen before one: it has copied that, or a later one. For a later epoch alone that
 * holds only as its voter: what that does not give it, it may have let go of.
 */
export function hasAllBefore(ready: readonly number[], oldest: number, isVoter: (number: number) => boolean): boolean {
  return ready.some((number) => number === oldest || (number > oldest && isVoter(number)));
}

/** Its own mistake, and those that this rule would make up for: with one of them it is off as well. */
const hiddenByIt = ['untold-counts', 'any-quorum', 'no-joint-quorum', 'race-on-oldest-epoch', 'no-fence'] as const;

/** Whether those that can be reached are a majority of the voters of each of the epochs: then nobody has to be woken. */
export function isAwakeQuorum(ring: RingState, epochs: Scope['epochs']): boolean {
  return isQuorum(ring, epochs, new Set(reachableNodes(ring)));
}

/** More than half, and enough where some were forgotten. Where all have left, nobody is needed. */
export function isMajority(voters: readonly string[], nodes: ReadonlySet<string>, forgotten = 0): boolean {
  return voters.filter((voter) => nodes.has(voter)).length >= enoughOf(voters.length, forgotten);
}

/** Those that answered so. */
export function nodesWith(replies: ReadonlyMap<string, Reply>, result: Reply['result']): Set<string> {
  return new Set([...replies].filter(([, reply]) => reply.result === result).map(([node]) => node));
}
