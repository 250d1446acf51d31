import type { Stamp } from '@coring/protocol';
import { newestEpoch, ownersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import { hasOwnVersions } from './care.js';
import type { Entry, SurplusBatch } from './files-state.js';
import { isKept, wantedBy } from './kept.js';

/**
 * Whether a node that leaves has nothing of a name but the bytes of an upload that it once led: it had no vote and cannot say what they are. As long as
 * somebody may have the register they wait for it to reach an owner; with the only disk that had it, it is gone.
 */
export function isUntold({ self }: RingState, entry: Entry): boolean {
  return self.phase === 'leaving' && entry.kept.length > 0 && entry.register.value === undefined && !hasOwnVersions(entry);
}

/** Everybody else who may have the register: all who have not left. */
export function othersOf({ membership, self }: RingState): string[] {
  return [...membership.roster.values()].filter(({ nodeId, state }) => nodeId !== self.nodeId && state !== 'left').map(({ nodeId }) => nodeId);
}

/**
 * Whether nobody can ever ask for such bytes, but for what all owners keep themselves: everybody has been asked twice in one epoch. Once is not
 * enough, for a register moves to its owners meanwhile; it does so once, and only then is let go of where it was.
 */
export function isOrphaned(ring: RingState, { asks, views }: SurplusBatch, name: string, entry: Entry): boolean {
  const { orphans } = ring.files.surplus;
  const others = othersOf(ring);
  if (!isUntold(ring, entry) || others.some((node) => asks.get(node)?.isDone !== true)) return false;
  const owners = ownersOf(newestEpoch(ring)!, name).map((node) => views.get(node)?.get(name)?.holds ?? []);
  const isLacking = (version: Stamp): boolean => owners.some((holds) => !isKept(holds, version));
  const isWanted = others.some((node) => {
    const view = views.get(node)?.get(name);
    return view !== undefined && wantedBy(view).some(({ version }) => isKept(entry.kept, version) && isLacking(version));
  });
  if (isWanted) orphans.delete(name);
  else if (orphans.has(name)) return true;
  else orphans.add(name);
  return false;
}
