import type { BucketDigest, BucketSet, RegisterView } from '@coring/protocol';
import type { Input, ScannedEntry } from '../input.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { viewOf } from './acceptor.js';
import type { Looking, Scan } from './files-state.js';

/** Asks the store for a page of registers, in the order of names. */
export function startScan(ring: RingState, turn: Turn, purpose: Scan, range: { readonly prefix: string; readonly after: string; readonly limit: number }): void {
  turn.effects.push({ type: 'scan', ref: newScan(ring, purpose), ...range });
}

/** Asks the store for a page of the registers in some buckets. */
export function scanBuckets(ring: RingState, turn: Turn, purpose: Scan, range: { readonly buckets: BucketSet; readonly unless?: readonly BucketDigest[]; readonly after: string; readonly limit: number }): void {
  turn.effects.push({ type: 'scan-buckets', ref: newScan(ring, purpose), ...range });
}

/** Asks the store for the digests of buckets. */
export function readDigests(ring: RingState, turn: Turn, purpose: Scan, buckets: BucketSet): void {
  turn.effects.push({ type: 'digest', ref: newScan(ring, purpose), buckets });
}

/** What was asked of the store for; undefined where nobody wants it any more. */
export function takeScan({ files }: RingState, { ref }: Extract<Input, { type: 'scanned' | 'digested' }>): Scan | undefined {
  const purpose = files.scans.get(ref);
  files.scans.delete(ref);
  return purpose;
}

/** A register as it is told: as in memory, where it is in use. */
export function scannedView({ files }: RingState, { name, register, kept }: ScannedEntry): RegisterView {
  return viewOf(files.cache.get(name) ?? { register, kept, isStored: true });
}

/**
 * The epochs of which this node has had everything ever since a look began: what it has copied meanwhile the look may have missed, and what was retired meanwhile
 * it may have let go of.
 */
export function readyThroughout({ placement, mutations }: RingState, { ready }: Looking): number[] {
  return mutations.has('ready-when-told') ? [...placement.ready] : ready.filter((number) => placement.ready.has(number));
}

function newScan({ files }: RingState, purpose: Scan): string {
  const ref = `scan${files.serial++}`;
  files.scans.set(ref, purpose);
  return ref;
}
