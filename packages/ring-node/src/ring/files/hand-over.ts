import type { RegisterView, Stamp } from '@coring/protocol';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { aForward, carriedHeight } from './forward.js';
import { comparePlaced, type Height } from './height.js';
import { isKept, wantedBy } from './kept.js';
import { transferMs } from './transfer-time.js';
import { covers, hasSeen, isSame, seenOf } from './version.js';

/** What an owner, or who lets go, has accepted of a name, where that stands, and what it knows to be chosen. */
type Accepted = Height & Pick<RegisterView, 'value' | 'committed'>;

/**
 * Whether every owner has to have taken in a version before this node, which is none, lets go of it: it is known to be chosen, here or by an owner,
 * or an owner has accepted it, for it may have been chosen by a vote that this node knows little of.
 */
export function isDueAtOwners(here: Accepted, owners: readonly (Accepted | undefined)[], version: Stamp): boolean {
  return [here, ...owners].some((one) => one !== undefined && hasSeen(one.committed, version)) || owners.some((owner) => covers(owner?.value, version));
}

/**
 * Whether nobody can ask for bytes that are kept here: all owners know the value that is here, and no other, to be chosen, and nothing refers to
 * the version. Who could tell its digest and its type has lost its disk.
 */
export function isUndescribed({ register }: Entry, owners: readonly (RegisterView | undefined)[], version: Stamp): boolean {
  const { value } = register;
  const isSettledAt = (owner: RegisterView | undefined): boolean =>
    value !== undefined && owner?.value !== undefined && isSame(owner.value.version, value.version) && hasSeen(owner.committed, value.version);
  return owners.every(isSettledAt) && ![register, ...owners].some((one) => wantedBy(one!).some((wanted) => isSame(wanted.version, version)));
}

/**
 * Whether an owner goes on with a later value that has not seen the chosen one which is here: those who had accepted that are gone for ever, by the
 * operator's word. In a vector that is it when it stands there itself: where a later one of its maker stands, it may never have been chosen.
 */
export function isPassedOver(here: Accepted, owners: readonly (Accepted | undefined)[]): boolean {
  const { value } = here;
  if (value === undefined) return false;
  const { time, node } = value.version;
  const isChosen = [here, ...owners].some((one) => one?.committed[node] === time);
  return isChosen && owners.some((owner) => owner?.value !== undefined && comparePlaced(owner, here) > 0 && !covers(owner.value, value.version));
}

/**
 * Whether nothing of a name is lost to an owner when this node, which is none, lets go of it. What is due at the owners this one must have taken
 * in. What no owner has and nobody knows to be chosen never was: the epoch of that vote is over. Its bytes may go where the owner lacks nothing that
 * is here, and so where its value is a later one of the same writer: of versions that a value does not refer to none was chosen before it.
 */
export function isSafeAt({ register, kept }: Entry, view: RegisterView | undefined, isDue: (version: Stamp) => boolean): boolean {
  const { value } = register;
  const isTakenIn = (version: Stamp): boolean => !isDue(version) || covers(view?.value, version);
  const isPassed = (version: Stamp): boolean => isTakenIn(version) || hasSeen(seenOf(view?.value), version);
  const isKeptThere = (version: Stamp): boolean => isKept(view?.holds ?? [], version) || (isPassed(version) && hasAllOf(kept, view));
  return (value === undefined || isTakenIn(value.version)) && kept.every(isKeptThere);
}

/** Gives an owner what it lacks: a value known to be chosen, here or there, and where it stands, and the bytes that it wants and are here. */
export function handOver(ring: RingState, turn: Turn, name: string, { register, kept }: Entry, node: string, view: RegisterView | undefined): void {
  const { value } = register;
  const isChosen = value !== undefined && [register, view].some((one) => one !== undefined && hasSeen(one.committed, value.version));
  if (isChosen && !covers(view?.value, value.version)) {
    const sources = [{ nodeId: ring.self.nodeId, version: value.version }];
    send(ring, turn, node, aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(value.size), digest: value.digest, size: value.size, sources, value, ...carriedHeight(register) }));
  }
  for (const { version, digest, size } of view === undefined ? [] : wantedBy(view)) {
    if (isKept(view!.holds, version) || !isKept(kept, version)) continue;
    send(ring, turn, node, aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(size), digest, size, sources: [{ nodeId: ring.self.nodeId, version }] }));
  }
}

/** Whether an owner's value is chosen, and nothing is here of what it refers to that the owner lacks; or nothing was ever chosen. */
function hasAllOf(kept: readonly Stamp[], view: RegisterView | undefined): boolean {
  if (view === undefined) return true;
  const { value, committed, holds } = view;
  return (value === undefined || hasSeen(committed, value.version)) && wantedBy(view).every(({ version }) => isKept(holds, version) || !isKept(kept, version));
}
