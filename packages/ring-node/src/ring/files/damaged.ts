import { formatStamp, type Stamp } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { entryOrWait } from './cache.js';
import { note } from './care.js';
import { isKept } from './kept.js';
import { sweepName } from './sweep.js';
import { isSame } from './version.js';

/**
 * The bytes of a version turned out not to be what was kept: they count no more, and are fetched from whoever has them. On the disk they stay until
 * others take their place: with nobody to have those from, what is left of them may be all there is.
 */
export function onDamaged(ring: RingState, turn: Turn, name: string, version: Stamp): void {
  const entry = entryOrWait(ring, turn, name, { type: 'damaged', version });
  if (entry === undefined || !isKept(entry.kept, version)) return;
  entry.kept = entry.kept.filter((one) => !isSame(one, version));
  entry.damaged = [...(entry.damaged ?? []), version];
  turn.emit({ type: 'damaged', name, version: formatStamp(version) });
  note(ring, turn, name, entry);
  sweepName(ring, turn, name, false);
}
