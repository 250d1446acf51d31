import { BUCKETS, BucketSet, type Movement } from '@coring/protocol';
import { copiesWanted, newestEpoch } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { missingOf } from './kept.js';
import type { Left, SyncRun, Syncing } from './sync-state.js';

/** How often a node that takes over copies says how far it is, in milliseconds. */
const TELL_MS = 5_000;
/** How soon the first time. */
export const FIRST_TELL_MS = 500;
/** Over how long its rate is measured. */
const RATE_MS = 2_000;
/** The time left follows what was done in the last one or two of these, in milliseconds: the pace of movement changes with the load. */
const MARK_MS = 60_000;

/** How far this node is with the copies that the newest epoch gives it; undefined when it has them all. */
export function movementOf(ring: RingState): Movement | undefined {
  const { sync } = ring.files;
  if (sync === undefined || sync.isRefresh) return undefined;
  const { total, number, rate, left, msLeft } = sync;
  return {
    epoch: number,
    bucketsDone: total - bucketsLeft(sync),
    bucketsTotal: total,
    bytesDone: bytesOf(ring, sync),
    bytesLeft: Math.round(left.bytes + left.untold * bytesPerBucket(ring)),
    bytesPerSecond: Math.round(rate.perSecond),
    ...(msLeft === undefined ? {} : { secondsLeft: Math.ceil(msLeft / 1_000) }),
  };
}

/** A register has come whose bytes may be missing yet. */
export function noteMissing(run: SyncRun, name: string, entry: Entry): void {
  const bytes = bytesMissing(entry);
  if (bytes === undefined || run.missing.has(name)) return;
  run.missing.add(name);
  run.bytes += bytes;
}

/** Measures the rate, and says now and then how far it is. */
export function tellMoving(ring: RingState, turn: Turn, sync: Syncing): void {
  const { rate } = sync;
  const bytes = bytesOf(ring, sync);
  const forMs = turn.nowMs - rate.atMs;
  if (forMs >= RATE_MS) sync.rate = { atMs: turn.nowMs, bytes, perSecond: ((bytes - rate.bytes) * 1_000) / forMs };
  if (sync.isRefresh) return;
  sync.left = whatIsLeft(ring, sync);
  sync.msLeft = timeLeft(turn, sync);
  if (turn.nowMs < sync.tellsAtMs) return;
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

/**
 * A run may be a third of all buckets, and take hours where files are large: of those of its buckets that everybody has told of, that share is left of
 * whose bytes are not here.
 */
function whatIsLeft({ files }: RingState, { todo, run }: Syncing): Left {
  if (run === undefined) return { buckets: todo.size, untold: todo.size, bytes: 0 };
  const untoldOfRun = new BucketSet();
  for (const { isDone, buckets } of run.asks.values()) if (!isDone) untoldOfRun.addAll(buckets);
  let bytes = 0;
  for (const name of run.missing) {
    const entry = files.cache.get(name);
    bytes += (entry && bytesMissing(entry)) ?? 0;
  }
  const untold = todo.size + untoldOfRun.size;
  const share = run.bytes === 0 ? 0 : Math.min(1, bytes / run.bytes);
  return { buckets: untold + (run.buckets.size - untoldOfRun.size) * share, untold, bytes };
}

/** By how fast it went of late, in milliseconds; undefined while too little was seen of that. What comes before the first buckets are done is no measure. */
function timeLeft({ nowMs }: Turn, sync: Syncing): number | undefined {
  const left = sync.left.buckets;
  const mark = { atMs: nowMs, left };
  if (bucketsLeft(sync) < sync.startedWith) sync.marks ??= [mark, mark];
  if (sync.marks === undefined) return undefined;
  const [since, later] = sync.marks;
  // Where a single large file takes longer, the older mark stays until it is here.
  if (nowMs - later.atMs >= MARK_MS && left < later.left) sync.marks = [later, mark];
  const [forMs, done] = [nowMs - since.atMs, since.left - left];
  return forMs < RATE_MS || done <= 0 ? undefined : (forMs * left) / done;
}

/** Of what a register refers to; undefined where all is here. */
function bytesMissing(entry: Entry): number | undefined {
  const missing = missingOf(entry);
  return missing.length === 0 ? undefined : missing.reduce((sum, { size }) => sum + size, 0);
}

/** By what the nodes last said of their disks: an estimate. */
function bytesPerBucket(ring: RingState): number {
  const { figures, sightings } = ring.check;
  const total = [...sightings.values()].reduce((sum, { bytes }) => sum + bytes, figures.bytes);
  return total / copiesWanted(newestEpoch(ring)!) / BUCKETS;
}
