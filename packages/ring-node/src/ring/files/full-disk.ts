import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { startSync } from './sync.js';
import { giveBack } from './sync-run.js';

/**
 * A disk that others have filled. What must be durable before it is said is not said then: this node neither promises nor accepts (`full`), takes
 * no copies over and no uploads in, and learns of nothing that was chosen. It answers what it has, and stays a member: the records of that are few
 * and small, and the store has room ahead for them. When there is room again it asks for what it missed, as after a time cut off.
 */
export function onRoom(ring: RingState, turn: Turn, isFull: boolean): void {
  const { files } = ring;
  if (files.isDiskFull === isFull) return;
  files.isDiskFull = isFull;
  turn.emit({ type: 'disk', isFull });
  if (files.sync?.run !== undefined) giveBack(ring, turn, files.sync, files.sync.run);
  if (isFull) return;
  // A refresh under way does not know what was missed in buckets that it was done with.
  if (files.sync?.isRefresh === true) files.sync = undefined;
  files.needsRefresh = true;
  startSync(ring, turn);
}
