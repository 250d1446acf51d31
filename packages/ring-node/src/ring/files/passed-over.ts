import type { Conflict, FileVersion, Seen, Stamp } from '@coring/protocol';
import type { Mutations } from '../mutations.js';
import type { RingState } from '../state.js';
import { isVoter } from './care.js';
import type { Entry } from './files-state.js';
import { isKept } from './kept.js';
import { marksIn } from './line.js';
import { covers, holdsIt, union } from './version.js';

/**
 * What is here of the chosen main line, the value or conflict copies beside it, where the line goes on with a value that has not seen it: those who had accepted
 * it are gone for ever, by the operator's word. It is taken in like branches, on the condition that nothing was written meanwhile: a value that was written
 * once more it succeeds, beside a later write or deletion it stays as a conflict copy.
 *
 * A vector shows that a version was chosen where it stands in it itself: where a later one of its maker stands, it may never have been.
 */
export function passedOver(mutations: Mutations, { register: { value, committed }, kept }: Entry, main: FileVersion | undefined, known: readonly Seen[]): FileVersion[] {
  if (value === undefined || mutations.has('keep-passed-over')) return [];
  const isChosen = (version: Stamp): boolean => [committed, ...known].some((seen) => holdsIt(seen, version));
  const isLost = ({ version, deleted }: FileVersion): boolean => !covers(main, version) && isChosen(version) && (deleted || isKept(kept, version));
  const lost = covers(main, value.version) ? value.conflicts.map(asBranch).filter(isLost) : [value].filter(isLost);
  // That a value was written once more, or something was refused over it, is no news to it.
  return lost.map((one) => ({ ...one, seen: union(one.seen, marksIn(main?.seen ?? {})), conditional: true }));
}

/** The same of a node that has no vote on a name, be it an owner or not. What voters have is among the answers. */
export function passedOverBeside(ring: RingState, name: string, entry: Entry, main: FileVersion | undefined, known: readonly Seen[]): FileVersion[] {
  const lost = passedOver(ring.mutations, entry, main, known);
  return lost.length > 0 && isVoter(ring, name) ? [] : lost;
}

/** A conflict copy by itself: what its writer had seen is not kept. */
function asBranch(conflict: Conflict): FileVersion {
  return { ...conflict, deleted: false, seen: {}, conflicts: [], ops: [] };
}
