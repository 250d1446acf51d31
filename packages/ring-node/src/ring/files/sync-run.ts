import { BucketSet, type Synced } from '@coring/protocol';
import { newestEpoch } from '../placement/owners.js';
import { markMoved } from '../placement/ready.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Ask, SyncRun, Syncing } from './sync-state.js';
import { areDone, askFor, forgetAsks, isSilent, RUN_BUCKETS_MAX } from './pages.js';
import { readDigests } from './scans.js';
import { bucketsToRefresh, giversIn } from './sync-plan.js';

/** A sync begins with runs of so many buckets; a run of more names than this is followed by a shorter one, and the other way round. */
export const FIRST_BUCKETS = 64;
const RUN_NAMES = 500;
/** By how much a run may be longer than the one before it. */
const GROWTH = 8;
/** How often what is done is written down, in milliseconds: so much is done again after a crash. */
const SAVE_MS = 2_000;
/** How long a node that was silent is not asked. */
const SILENT_MS = 5_000;
/** How long it is believed that a node has not copied an epoch. */
const READY_MS = 5_000;

/** The next buckets that can be had. Those that too few can be asked about stay for later. */
export function nextRun(ring: RingState, turn: Turn, sync: Syncing): SyncRun | undefined {
  if (sync.isRefresh && sync.todo.next() === undefined) nextRank(ring, sync);
  for (const [node, sinceMs] of sync.silent) if (turn.nowMs - sinceMs >= SILENT_MS) sync.silent.delete(node);
  const giversOf = giversIn(ring, sync);
  const buckets = new BucketSet();
  const asks = new Map<string, Ask>();
  let room = sync.width;
  for (let bucket = sync.todo.next(); bucket !== undefined && room > 0; bucket = sync.todo.next(bucket + 1)) {
    const givers = giversOf(bucket);
    if (givers === undefined) continue;
    buckets.add(bucket);
    sync.todo.delete(bucket);
    room--;
    for (const node of givers) askFor(asks, node, bucket);
  }
  if (room === sync.width) return undefined;
  const run: SyncRun = { ref: ring.files.serial++, buckets, asks, awaitsDigests: sync.isRefresh, missing: new Set(), bytes: 0, tried: new Map(), copying: 0, names: 0 };
  if (run.awaitsDigests) readDigests(ring, turn, { type: 'sync-digests', ref: run.ref }, buckets);
  return run;
}

/** Whether somebody is gone, or silent, who was to tell what nobody else was asked. */
export function isBroken(ring: RingState, { isRefresh }: Syncing, { asks }: SyncRun): boolean {
  return !isRefresh && [...asks].some(([node, ask]) => !ask.isDone && isSilent(ring, node, ask));
}

/** The buckets of a run are to be asked for anew, of others than those that are silent if that is possible. */
export function giveBack(ring: RingState, { nowMs }: Turn, sync: Syncing, { buckets, asks }: SyncRun): void {
  for (const [node, ask] of asks) if (!ask.isDone && isSilent(ring, node, ask)) sync.silent.set(node, nowMs);
  forgetAsks(ring, asks);
  sync.todo.addAll(buckets);
  sync.run = undefined;
}

/** Takes note of the epochs that a node says it has copied. Returns whether the run has to do without it, as far as was known: it is planned anew then. */
export function noteReady(ring: RingState, { isRefresh, readyAt }: Syncing, { from, ready }: Synced): boolean {
  if (isRefresh || ready === undefined) return false;
  const before = readyAt.get(from);
  readyAt.set(from, ready);
  return !ready.includes(ring.placement.oldest) && before?.join() !== ready.join();
}

/** What was said of old may hold no more: where that keeps buckets waiting they are asked again. */
export function forgetReady({ nowMs }: Turn, sync: Syncing): void {
  if (sync.readyAt.size === 0 || nowMs - sync.readyAtMs < READY_MS) return;
  sync.readyAtMs = nowMs;
  if (sync.run === undefined) sync.readyAt.clear();
}

/** Whether everybody asked has told everything; a refresh does without those who are gone. */
export function isTold(ring: RingState, { isRefresh }: Syncing, { asks }: SyncRun): boolean {
  return areDone(asks) || (isRefresh && [...asks].every(([node, ask]) => ask.isDone || isSilent(ring, node, ask)));
}

/** A run is done with. The next is as long as it takes to meet about as many names as a run should have. */
export function endRun(ring: RingState, turn: Turn, sync: Syncing, { buckets, names, asks }: SyncRun): void {
  forgetAsks(ring, asks);
  sync.run = undefined;
  const fitting = names === 0 ? RUN_BUCKETS_MAX : Math.ceil((buckets.size * RUN_NAMES) / names);
  sync.width = Math.min(RUN_BUCKETS_MAX, sync.width * GROWTH, fitting);
  const next = sync.todo.next();
  if (sync.isRefresh || turn.nowMs - sync.savedMs < SAVE_MS || next === undefined) return;
  sync.savedMs = turn.nowMs;
  markMoved(ring, turn, sync.number, next);
}

/** A refresh asks one of the other voters after another: what the first has given, the next need not give again. */
function nextRank(ring: RingState, sync: Syncing): void {
  sync.rank++;
  sync.todo = bucketsToRefresh(ring, newestEpoch(ring)!, sync.rank);
}
