import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';

/** How soon something that was kept for others is looked at, in milliseconds. */
const SOON_MS = 10_000;

/** Something was kept for others: it is to be handed over. */
export function expectSurplus({ files: { surplus } }: RingState, turn: Turn): void {
  surplus.isEmpty = false;
  surplus.hasFound = true;
  if (surplus.batch === undefined && surplus.look === undefined) surplus.atMs = Math.min(surplus.atMs, turn.nowMs + SOON_MS);
}

/**
 * Whether nothing of any file is left on this node: the last look through its disk found no register, none was written since, and none is about to be
 * by what waits to be looked up. Branches, bytes on their way to owners and registers that they lack all have one.
 */
export function isHandedOver({ files }: RingState): boolean {
  return files.surplus.isEmpty && files.ops.size === 0 && files.waiting.size === 0 && [...files.cache.values()].every(({ isStored }) => !isStored);
}
