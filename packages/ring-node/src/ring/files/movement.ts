import { BUCKETS, type Movement } from '@coring/protocol';
import { copiesWanted, newestEpoch } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Syncing } from './sync-state.js';

/** How often a node that takes over copies says how far it is, in milliseconds. */
const TELL_MS = 5_000;
/** How soon the first time. */
export const FIRST_TELL_MS = 500;
/** Over how long its rate is measured. */
const RATE_MS = 2_000;

/** How far this node is with the copies that the newest epoch gives it; undefined when it has them all. */
export function movementOf(ring: RingState): Movement | undefined {
  const { sync } = ring.files;
  if (sync === undefined || sync.isRefresh) return undefined;
  const { total, startedWith, startedMs, lookedMs, number, rate } = sync;
  const left = bucketsLeft(sync);
  const done = startedWith - left;
  return {
    epoch: number,
    bucketsDone: total - left,
    bucketsTotal: total,
    bytesDone: bytesOf(ring, sync),
    bytesLeft: Math.round(left * bytesPerBucket(ring)),
    bytesPerSecond: Math.round(rate.perSecond),
    ...(done === 0 ? {} : { secondsLeft: Math.ceil((((lookedMs - startedMs) / done) * left) / 1_000) }),
  };
}

/** Measures the rate, and says now and then how far it is. */
export function tellMoving(ring: RingState, turn: Turn, sync: Syncing): void {
  const { rate } = sync;
  const bytes = bytesOf(ring, sync);
  const forMs = turn.nowMs - rate.atMs;
  sync.lookedMs = turn.nowMs;
  if (forMs >= RATE_MS) sync.rate = { atMs: turn.nowMs, bytes, perSecond: ((bytes - rate.bytes) * 1_000) / forMs };
  if (sync.isRefresh || turn.nowMs < sync.tellsAtMs) return;
  sync.tellsAtMs = turn.nowMs + TELL_MS;
  turn.emit({ type: 'moving', movement: movementOf(ring)!, from: [...(sync.run?.asks.keys() ?? [])] });
}

/** Everything is here. Where there was nothing to take over, nothing is said. */
export function tellMoved(ring: RingState, turn: Turn, sync: Syncing): void {
  const { number, startedWith, startedMs } = sync;
  if (startedWith > 0) turn.emit({ type: 'moved', number, buckets: startedWith, bytes: bytesOf(ring, sync), tookMs: turn.nowMs - startedMs });
}

function bytesOf({ files }: RingState, { bytesBefore }: Syncing): number {
  return files.pace.bytes - bytesBefore;
}

function bucketsLeft({ todo, run }: Syncing): number {
  return todo.size + (run?.buckets.size ?? 0);
}

/** By what the nodes last said of their disks: an estimate. */
function bytesPerBucket(ring: RingState): number {
  const { figures, sightings } = ring.check;
  const total = [...sightings.values()].reduce((sum, { bytes }) => sum + bytes, figures.bytes);
  return total / copiesWanted(newestEpoch(ring)!) / BUCKETS;
}
