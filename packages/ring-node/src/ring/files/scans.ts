import type { RegisterView } from '@coring/protocol';
import type { Input, ScannedEntry } from '../input.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { viewOf } from './acceptor.js';
import type { Scan } from './files-state.js';

/** Asks the store for a page of registers. */
export function startScan({ files }: RingState, turn: Turn, purpose: Scan, range: { readonly prefix: string; readonly after: string; readonly limit: number }): void {
  const ref = `scan${files.serial++}`;
  files.scans.set(ref, purpose);
  turn.effects.push({ type: 'scan', ref, ...range });
}

/** What a page is for; undefined where nobody wants it any more. */
export function takeScan({ files }: RingState, { ref }: Extract<Input, { type: 'scanned' }>): Scan | undefined {
  const purpose = files.scans.get(ref);
  files.scans.delete(ref);
  return purpose;
}

/** A register as it is told: as in memory, where it is in use. */
export function scannedView({ files }: RingState, { name, register, kept }: ScannedEntry): RegisterView {
  return viewOf(files.cache.get(name) ?? { register, kept, isStored: true });
}
