import { BucketSet, type Epoch, formatStamp, type RegisterView, type Synced } from '@coring/protocol';
import { ringHealth } from '../check/health.js';
import type { Input } from '../input.js';
import { newestEpoch } from '../placement/owners.js';
import { isMember, markReady } from '../placement/ready.js';
import type { RingState } from '../state.js';
import { LOOK_MS, setLook, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { copy, mayBeReaped } from './acceptor.js';
import { entryOf, entryOrWait } from './cache.js';
import type { Entry } from './files-state.js';
import type { SyncRun, Syncing } from './sync-state.js';
import { missingOf } from './kept.js';
import { FIRST_TELL_MS, noteMissing, tellMoved, tellMoving } from './movement.js';
import { pauseMs } from './pace.js';
import { askOn, forgetAsks, takeDigests, takePage } from './pages.js';
import { fetchMissing, onTheirWay } from './pull.js';
import { bucketsToTake } from './sync-plan.js';
import { endRun, FIRST_BUCKETS, forgetReady, giveBack, isBroken, isTold, nextRun, noteReady } from './sync-run.js';
import { covers } from './version.js';

/** While so many names lack bytes, no further registers are asked for. */
const MISSING_MAX = 1_000;
/** How often own buckets are compared with the other voters' at least, in milliseconds: who has not heard of a name at all has nothing that would remind it. */
export const REFRESH_MS = 600_000;
/** How soon after the last time where somebody could not reach this node meanwhile, and may have passed it over. */
const REFRESH_AGAIN_MS = 10_000;

/** Begins to copy what the newest epoch gives this node, where it has not yet. Idempotent. */
export function startSync(ring: RingState, turn: Turn): void {
  setTimer(ring.timers, { type: 'sync' }, turn.nowMs);
}

/** Begins what is to be copied, asks on where an answer is owed, and finishes what is complete. */
export function onSyncDue(ring: RingState, turn: Turn): void {
  const { files, timers } = ring;
  setLook(timers, { type: 'sync' }, turn.nowMs);
  const newest = newestEpoch(ring);
  if (newest === undefined || ring.self.phase === 'gone') return;
  files.needsRefresh ||= isRefreshDue(ring, turn);
  const isNeeded = isMember(newest, ring.self.nodeId) && !ring.placement.ready.has(newest.number);
  const { sync } = files;
  if (sync === undefined || sync.number !== newest.number || sync.isRefresh === isNeeded) {
    if (sync?.run !== undefined) forgetAsks(ring, sync.run.asks);
    files.sync = isNeeded || files.needsRefresh ? begin(ring, turn, newest, !isNeeded) : undefined;
  }
  if (files.sync !== undefined) forgetReady(turn, files.sync);
  goOn(ring, turn);
  if (files.sync !== undefined) tellMoving(ring, turn, files.sync);
  const waitMs = pauseMs(ring, turn);
  if (files.sync !== undefined && waitMs > 0) setTimer(timers, { type: 'sync' }, turn.nowMs + Math.min(waitMs, LOOK_MS));
}

/** After a time cut off, or down, others may have gone on: what they have is asked for once a majority is back. */
export function noteSplit(ring: RingState, turn: Turn): void {
  const { files } = ring;
  const isSplit = ringHealth(ring) === 'split';
  if (files.wasSplit && !isSplit) {
    files.needsRefresh = true;
    startSync(ring, turn);
  }
  files.wasSplit = isSplit;
}

/** Who could not be reached has raised its incarnation to say that it is there. */
function isRefreshDue({ self, files: { refreshed } }: RingState, turn: Turn): boolean {
  return turn.nowMs - refreshed.atMs >= (self.incarnation === refreshed.incarnation ? REFRESH_MS : REFRESH_AGAIN_MS);
}

/** A page of registers. */
export function onSynced(ring: RingState, turn: Turn, page: Synced): void {
  const { sync } = ring.files;
  const run = sync?.run;
  if (sync === undefined || run === undefined || page.epoch !== sync.number || !takePage(run.asks, page)) return;
  if (noteReady(ring, sync, page)) {
    giveBack(ring, turn, sync, run);
    return goOn(ring, turn);
  }
  run.copying += page.registers.length;
  run.names += page.registers.length;
  for (const { name, register } of page.registers) {
    const entry = entryOrWait(ring, turn, name, { type: 'copy', from: page.from, view: register, run: run.ref, isRefresh: sync.isRefresh });
    if (entry === undefined) continue;
    takeOver(ring, turn, name, entry, register, sync.isRefresh);
    onCopied(ring, turn, name, entry, run.ref);
  }
  goOn(ring, turn);
}

/**
 * Takes over what a page tells of a register. What was told to who only asks whether it lacks something takes the place of what it has seen alone: a tombstone may have been
 * reaped on the way of the page, and the name written anew, by acceptances that count from nothing again. Rivals are settled by a round.
 */
export function takeOver(ring: RingState, turn: Turn, name: string, entry: Entry, view: RegisterView, isRefresh: boolean): void {
  if (isRefresh && mayBeReaped(ring, entry, view)) return;
  const own = entry.register.value;
  const isRival = isRefresh && own !== undefined && !covers(view.value, own.version) && !ring.mutations.has('refresh-takes-all');
  const { value: _value, ...beside } = view;
  copy(ring, turn, name, entry, isRival ? beside : view);
}

/** The digests of this node's own buckets: what others have alike is not asked for. */
export function onDigested(ring: RingState, turn: Turn, ref: number, { digests }: Extract<Input, { type: 'digested' }>): void {
  const run = ring.files.sync?.run;
  if (run?.ref !== ref) return;
  takeDigests(run.asks, digests);
  run.awaitsDigests = false;
  goOn(ring, turn);
}

/** A register was taken over; its bytes may be missing yet. */
export function onCopied(ring: RingState, turn: Turn, name: string, entry: Entry, ref: number): void {
  const run = ring.files.sync?.run;
  if (run?.ref !== ref) return;
  run.copying--;
  noteMissing(run, name, entry);
  if (run.copying === 0) goOn(ring, turn);
}

/** Goes on with a sync, after a fetch too: run by run, registers first, then their bytes. */
export function goOn(ring: RingState, turn: Turn): void {
  const { files } = ring;
  for (;;) {
    const { sync } = files;
    if (sync === undefined || files.isDiskFull) return;
    const run = (sync.run ??= nextRun(ring, turn, sync));
    if (run === undefined) {
      if (sync.todo.next() === undefined) finish(ring, turn, sync);
      return;
    }
    if (isBroken(ring, sync, run)) {
      giveBack(ring, turn, sync, run);
      continue;
    }
    if (run.missing.size < MISSING_MAX && !run.awaitsDigests) askOn(ring, turn, run.asks, 'sync');
    fetchSome(ring, turn, run);
    if (run.awaitsDigests || run.copying > 0 || run.missing.size > 0 || !isTold(ring, sync, run)) return;
    endRun(ring, turn, sync, run);
  }
}

function begin(ring: RingState, turn: Turn, newest: Epoch, isRefresh: boolean): Syncing {
  if (isRefresh) ring.files.refreshed = { atMs: turn.nowMs, incarnation: ring.self.incarnation };
  // A refresh takes its buckets rank by rank.
  const all = isRefresh ? new BucketSet() : bucketsToTake(ring, newest);
  const { moved } = ring.placement;
  const todo = all.from(moved?.number === newest.number ? moved.next : 0);
  return {
    number: newest.number,
    isRefresh,
    todo,
    rank: -1,
    total: all.size,
    run: undefined,
    readyAt: new Map(),
    readyAtMs: turn.nowMs,
    silent: new Map(),
    width: FIRST_BUCKETS,
    startedMs: turn.nowMs,
    startedWith: todo.size,
    savedMs: turn.nowMs,
    tellsAtMs: turn.nowMs + FIRST_TELL_MS,
    left: { buckets: todo.size, untold: todo.size, bytes: 0 },
    msLeft: undefined,
    marks: undefined,
    bytesBefore: ring.files.pace.bytes,
    rate: { atMs: turn.nowMs, bytes: 0, perSecond: 0 },
  };
}

function finish(ring: RingState, turn: Turn, sync: Syncing): void {
  ring.files.sync = undefined;
  if (sync.isRefresh) ring.files.needsRefresh = false;
  else {
    markReady(ring, turn, sync.number);
    tellMoved(ring, turn, sync);
  }
}

/** Fetches bytes, a few names at a time. What nobody who can be reached has is said once and looked for again by the sweep. */
function fetchSome(ring: RingState, turn: Turn, { missing, tried }: SyncRun): void {
  for (const name of missing) {
    if (onTheirWay(ring, name).size > 0) continue;
    const entry = entryOf(ring, name);
    const lacking = entry === undefined ? [] : missingOf(entry);
    // Of a name with many versions some are fetched at a time: as long as they come, the others may.
    const isWorthIt = lacking.length > 0 && lacking.length < (tried.get(name) ?? Infinity);
    const begun = isWorthIt ? fetchMissing(ring, turn, name, entry!) : 'nowhere';
    if (begun === 'later') return;
    if (begun === 'begun') {
      tried.set(name, lacking.length);
      continue;
    }
    if (lacking.length > 0) turn.emit({ type: 'warning', what: `no node that can be reached has ${lacking.map(({ version }) => formatStamp(version)).join(', ')} of ${name}` });
    missing.delete(name);
    tried.delete(name);
  }
}
