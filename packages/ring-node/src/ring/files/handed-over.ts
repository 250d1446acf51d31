import type { RingState } from '../state.js';

/**
 * Whether nothing of any file is left on this node: the last look through its disk found no register, and none was written since.
 * Branches, bytes on their way to owners and registers that they lack all have one.
 */
export function isHandedOver({ files }: RingState): boolean {
  return files.patrol.isEmpty && files.ops.size === 0 && [...files.cache.values()].every(({ isStored }) => !isStored);
}
