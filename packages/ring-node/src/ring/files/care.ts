import { epochsInForce, ownersOf, votersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { expectSurplus } from './handed-over.js';
import { missingOf, replacedIn } from './kept.js';
import { isSeenOf } from './version.js';

/** Names remembered for the sweep at most; those beyond it are found again by the patrol. */
export const DIRTY_MAX = 20_000;
/** How long an operation under way has to settle a name before the first voter looks after it; each further voter waits as long again. */
const GRACE_MS = 1_000;

/** Remembers a name that has something to settle, or that it has nothing any more. */
export function note(ring: RingState, turn: Turn, name: string, entry: Entry): void {
  const { dirty } = ring.files;
  if (!isOwner(ring, name)) expectSurplus(ring, turn);
  if (!needsCare(ring, name, entry)) dirty.delete(name);
  else if (!dirty.has(name) && dirty.size < DIRTY_MAX) dirty.set(name, turn.nowMs + GRACE_MS * (1 + rankOf(ring, name) + turn.random()));
}

/** Looks at a name again after a while. */
export function postpone({ files }: RingState, turn: Turn, name: string, afterMs: number): void {
  if (files.dirty.has(name) || files.dirty.size < DIRTY_MAX) files.dirty.set(name, turn.nowMs + afterMs * (0.75 + turn.random() / 2));
}

/** Whether there is anything to do about a name. What belongs elsewhere and has nothing of its own is looked at bucket by bucket. */
export function needsCare(ring: RingState, name: string, entry: Entry): boolean {
  if (!isOwner(ring, name)) return hasOwnVersions(entry);
  return isUnsettled(entry) || missingOf(entry).length > 0 || replacedIn(entry).length > 0;
}

/** Whether the main line has something to find out or to take in. */
export function isUnsettled({ register }: Entry): boolean {
  const { value, committed } = register;
  if (hasOwnVersions({ register })) return true;
  return value === undefined ? Object.keys(committed).length > 0 : !isSeenOf(value, committed);
}

/** Whether something is here that the main line has not taken in: a branch, or a version minted here. */
export function hasOwnVersions({ register }: Pick<Entry, 'register'>): boolean {
  return register.branches.length > 0 || register.mine !== undefined;
}

/** Whether copies of this name belong on this node in any epoch in force. */
export function isOwner(ring: RingState, name: string): boolean {
  return epochsInForce(ring).some((epoch) => ownersOf(epoch, name).includes(ring.self.nodeId));
}

/** Whether this node votes on this name in any epoch in force. */
export function isVoter(ring: RingState, name: string): boolean {
  return epochsInForce(ring).some((epoch) => votersOf(epoch, name).includes(ring.self.nodeId));
}

/** How many voters are to act before this node does. */
function rankOf(ring: RingState, name: string): number {
  const newest = epochsInForce(ring).at(-1);
  const rank = newest === undefined ? 0 : votersOf(newest, name).indexOf(ring.self.nodeId);
  return rank < 0 ? 3 : rank;
}
