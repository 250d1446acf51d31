import type { FileVersion, RegisterView, Stamp } from '@coring/protocol';
import type { Mutations } from '../mutations.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { aForward } from './forward.js';
import { isKept, wantedBy } from './kept.js';
import { passedOver } from './passed-over.js';
import { transferMs } from './transfer-time.js';
import { covers, hasSeen, holdsIt, isSame, seenOf } from './version.js';

/** What an owner, or who lets go, has accepted of a name and knows to be chosen. */
type Accepted = Pick<RegisterView, 'value' | 'committed'>;

/**
 * Whether every owner has to have taken in a version before this node, which is none, lets go of it: it is known to be chosen, here or by an owner,
 * or an owner has accepted it, for it may have been chosen by a vote that this node knows little of. That a vector holds a later one of its maker
 * says less: it never was chosen where that one is, and was made without it.
 */
export function isDueAtOwners(here: Accepted, owners: readonly (Accepted | undefined)[], version: Stamp): boolean {
  if (owners.some((owner) => covers(owner?.value, version))) return true;
  const all = [here, ...owners].filter((one) => one !== undefined);
  if (all.some(({ committed }) => holdsIt(committed, version))) return true;
  return all.some(({ committed }) => hasSeen(committed, version)) && !all.some(({ value, committed }) => isLaterOfMaker(value, version) && hasSeen(committed, value!.version));
}

/** Whether a value is a later one of the same maker, made without that version. */
function isLaterOfMaker(value: FileVersion | undefined, { node, time }: Stamp): boolean {
  return value?.version.node === node && value.version.time > time && !covers(value, { node, time });
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

/** Whether an owner is without something chosen that is here. */
export function isPassedOver(mutations: Mutations, entry: Entry, owners: readonly (Accepted | undefined)[]): boolean {
  const known = owners.flatMap((owner) => (owner === undefined ? [] : [owner.committed]));
  return owners.some((owner) => passedOver(mutations, entry, owner?.value, known).length > 0);
}

/**
 * Whether nothing of a name is lost to an owner when this node, which is none, lets go of it. What is due at the owners this one must have taken
 * in. What no owner has and nobody knows to be chosen never was: the epoch of that vote is over. Its bytes may go where the owner lacks nothing that
 * is here, and so where its value is a later one of the same writer: of versions that a value does not refer to none was chosen before it.
 */
export function isSafeAt({ register, kept }: Entry, view: RegisterView | undefined, isDue: (version: Stamp) => boolean): boolean {
  const { value } = register;
  const isTakenIn = (version: Stamp): boolean => !isDue(version) || covers(view?.value, version);
  const isThere = value === undefined || isTakenIn(value.version) || isGoneBy(kept, value, view?.value);
  const isPassed = (version: Stamp): boolean => isTakenIn(version) || hasSeen(seenOf(view?.value), version);
  const isKeptThere = (version: Stamp): boolean => isPassed(version) && (isKept(view?.holds ?? [], version) || hasAllOf(kept, view));
  return isThere && kept.every(isKeptThere);
}

/** Whether the bytes of a value are gone here, and an owner has another one that was made without it: nothing can be brought back. */
function isGoneBy(kept: readonly Stamp[], value: FileVersion, there: FileVersion | undefined): boolean {
  return !value.deleted && !isKept(kept, value.version) && there !== undefined && !covers(value, there.version);
}

/** Gives an owner the bytes that it wants and are here. */
export function handOver(ring: RingState, turn: Turn, name: string, { kept }: Entry, node: string, view: RegisterView | undefined): void {
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
