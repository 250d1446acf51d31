import { bucketOf, BucketSet, type Epoch, type RegisterView, type Stamp, type Synced } from '@coring/protocol';
import type { Input } from '../input.js';
import { isReachable } from '../membership/reachable.js';
import { bucketsWhere, epochsInForce, isOwnerOf, newestEpoch, ownersOf } from '../placement/owners.js';
import { isMember } from '../placement/ready.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { commit } from './acceptor.js';
import { entryOf, forgetEntry, remember } from './cache.js';
import { hasOwnVersions, isOwner } from './care.js';
import { startMerge } from './drive.js';
import type { Entry, SurplusBatch, SurplusLook } from './files-state.js';
import { handOver, isDueAtOwners, isPassedOver, isSafeAt, isUndescribed } from './hand-over.js';
import { comparePlaced } from './height.js';
import { isKept } from './kept.js';
import { isOrphaned, isUntold, othersOf } from './orphans.js';
import { areDone, askFor, askOn, forgetAsks, PAGE_NAMES, RUN_BUCKETS_MAX, takeDigests, takePage } from './pages.js';
import { readDigests, scanBuckets } from './scans.js';
import type { Ask } from './sync-state.js';
import { holdsIt } from './version.js';

/** How long owners are waited for, in milliseconds. */
const ANSWERS_MS = 5_000;
/** When the next look begins: after one that found nothing; after one that did; of a node that leaves. In milliseconds. */
const EMPTY_MS = 60_000;
const AGAIN_MS = 10_000;
const LEAVING_MS = 1_000;

/**
 * Looks through the buckets that belong to other nodes, page by page, and lets go of what their owners have: copies of a time when other
 * members held them, and branches for which this node stood in. While older epochs are in force everything stays.
 */
export function goOnWithSurplus(ring: RingState, turn: Turn): void {
  const { surplus } = ring.files;
  const newest = newestEpoch(ring);
  if (ring.files.isDiskFull) surplus.look = undefined;
  if (newest === undefined || !mayLetGo(ring, newest) || ring.files.isDiskFull) return;
  beginAnew(ring, turn);
  const isMoving = epochsInForce(ring).length > 1;
  if (isMoving || surplus.look !== undefined || turn.nowMs < surplus.atMs) return;
  const { batch } = surplus;
  if (batch === undefined) return scanOn(ring, turn, newest);
  if (!batch.awaitsDigests) askOn(ring, turn, batch.asks, 'surplus');
  if (turn.nowMs < batch.untilMs) return;
  endBatch(ring, batch);
  scanOn(ring, turn, newest);
}

/** A page of what lies here and belongs to others; one that was asked for before all of it began anew says nothing of the buckets before it. */
export function onSurplusScanned(ring: RingState, turn: Turn, look: SurplusLook, { entries, more }: Extract<Input, { type: 'scanned' }>): void {
  const { surplus } = ring.files;
  if (surplus.look !== look) return;
  const last = more ? entries.at(-1)?.name : undefined;
  surplus.bucket = last === undefined ? look.buckets.last()! + 1 : bucketOf(last);
  surplus.after = last ?? '';
  surplus.hasFound ||= entries.length > 0;
  surplus.batch = aBatch(ring, turn, look, entries);
  surplus.look = undefined;
  goOnWithSurplus(ring, turn);
}

export function onSurplusDigested(ring: RingState, turn: Turn, ref: number, { digests }: Extract<Input, { type: 'digested' }>): void {
  const { batch } = ring.files.surplus;
  if (batch?.ref !== ref) return;
  takeDigests(batch.asks, digests);
  batch.awaitsDigests = false;
  goOnWithSurplus(ring, turn);
}

/** An owner tells what it has. When all have, what is safe with them goes from this disk. */
export function onSurplusPage(ring: RingState, turn: Turn, page: Synced): void {
  const { batch } = ring.files.surplus;
  if (batch === undefined || page.epoch !== ring.placement.newest || !takePage(batch.asks, page)) return;
  const views = batch.views.get(page.from) ?? new Map<string, RegisterView>();
  batch.views.set(page.from, views);
  for (const { name, register } of page.registers) if (batch.entries.has(name)) views.set(name, register);
  if (areDone(batch.asks)) {
    for (const [name, entry] of batch.entries) settle(ring, turn, batch, name, entry);
    endBatch(ring, batch);
  }
  goOnWithSurplus(ring, turn);
}

/** A member may, and one that leaves. Who has come back and is none yet will be soon, and keeps what it would have to fetch again. */
function mayLetGo({ self }: RingState, newest: Epoch): boolean {
  return self.phase === 'leaving' || (self.phase === 'in' && isMember(newest, self.nodeId));
}

function beginAnew({ files: { surplus }, mutations, placement }: RingState, turn: Turn): void {
  if (surplus.newest === placement.newest && surplus.oldest === placement.oldest) return;
  Object.assign(surplus, { newest: placement.newest, oldest: placement.oldest, bucket: 0, after: '', atMs: turn.nowMs, hasFound: false, isEmpty: false, staying: undefined });
  if (!mutations.has('look-on')) surplus.look = undefined;
  surplus.orphans.clear();
}

function scanOn(ring: RingState, turn: Turn, newest: Epoch): void {
  const { surplus } = ring.files;
  const others = bucketsWhere([newest], (bucket) => !isOwnerOf(newest, bucket, ring.self.nodeId));
  const first = others.next(surplus.bucket);
  if (first === undefined) return endRound(ring, turn);
  const buckets = others.from(first, RUN_BUCKETS_MAX);
  surplus.look = { buckets, gone: new Set() };
  scanBuckets(ring, turn, { type: 'surplus', look: surplus.look }, { buckets, after: first === surplus.bucket ? surplus.after : '', limit: PAGE_NAMES });
}

function endRound(ring: RingState, turn: Turn): void {
  const { surplus } = ring.files;
  surplus.isEmpty = !surplus.hasFound;
  const pauseMs = surplus.hasFound ? AGAIN_MS : EMPTY_MS;
  surplus.atMs = turn.nowMs + (ring.self.phase === 'leaving' ? LEAVING_MS : pauseMs * (0.75 + turn.random() / 2));
  surplus.hasFound = false;
  surplus.bucket = 0;
  surplus.after = '';
}

/** The names of a page whose owners can all be asked. What has versions of its own here is merged first. */
function aBatch(ring: RingState, turn: Turn, look: SurplusLook, page: Extract<Input, { type: 'scanned' }>['entries']): SurplusBatch | undefined {
  const newest = newestEpoch(ring)!;
  const entries = new Map<string, Entry>();
  const buckets = new BucketSet();
  const asks = new Map<string, Ask>();
  // Who has the same bytes as this node tells no registers: where one is looked for, all are to be told.
  let awaitsDigests = true;
  for (const scanned of page) {
    const { name } = scanned;
    const entry = remember(ring, look, scanned);
    const isAnybodys = entry !== undefined && isUntold(ring, entry);
    const asked = isAnybodys ? othersOf(ring) : ownersOf(newest, name);
    if (entry === undefined || isInUse(ring, name, entry) || asked.some((node) => !isReachable(ring, node))) {
      ring.files.surplus.staying = name;
      continue;
    }
    entries.set(name, { ...entry, register: { ...entry.register } });
    if (isAnybodys) awaitsDigests = false;
    buckets.add(bucketOf(name));
    for (const node of asked) askFor(asks, node, bucketOf(name));
  }
  if (entries.size === 0) return undefined;
  const batch: SurplusBatch = { ref: ring.files.serial++, untilMs: turn.nowMs + ANSWERS_MS, entries, asks, awaitsDigests, views: new Map() };
  if (awaitsDigests) readDigests(ring, turn, { type: 'surplus-digests', ref: batch.ref }, buckets);
  return batch;
}

/** Lets go of a name that is safe with each of its owners; gives them what they lack. */
function settle(ring: RingState, turn: Turn, batch: SurplusBatch, name: string, read: Entry): void {
  const { asks, views } = batch;
  const entry = entryOf(ring, name);
  const isMoving = epochsInForce(ring).length > 1;
  // What has changed since it was read is looked at another time.
  if (entry === undefined || hasChanged(entry, read) || isMoving || isOwner(ring, name) || isInUse(ring, name, entry)) return;
  if (isOrphaned(ring, batch, name, entry)) return letGo(ring, turn, name, entry);
  const hasSame = (node: string): boolean => asks.get(node)?.equal.has(bucketOf(name)) ?? false;
  const viewOf = (node: string): RegisterView | undefined => views.get(node)?.get(name);
  const owners = ownersOf(newestEpoch(ring)!, name);
  const atOwners = owners.map((node) => (hasSame(node) ? entry.register : viewOf(node)));
  const told = ring.mutations.has('surplus-by-own-word') ? [] : atOwners;
  const { value } = entry.register;
  // Whoever knows it to be chosen may be gone when it is asked next. The stamp alone: more of the vector would say less of this version.
  if (value !== undefined && told.some((owner) => owner !== undefined && holdsIt(owner.committed, value.version))) commit(ring, turn, name, entry, { [value.version.node]: value.version.time });
  const described = { ...entry, kept: entry.kept.filter((version) => !isUndescribed(entry, owners.map(viewOf), version)) };
  const isDue = (version: Stamp): boolean => isDueAtOwners(entry.register, told, version);
  const lacking = owners.filter((node) => {
    // One that still copies may come to this node for the register, whatever bytes of its own it has.
    if (!asks.get(node)?.isSynced && !ring.mutations.has('drop-before-synced')) return true;
    return !hasSame(node) && !isSafeAt(described, viewOf(node), isDue);
  });
  if (lacking.length === 0 || ring.mutations.has('drop-unasked')) return letGo(ring, turn, name, entry);
  ring.files.surplus.staying = name;
  if (isPassedOver(ring.mutations, entry, atOwners)) return startMerge(ring, turn, name);
  for (const node of lacking) handOver(ring, turn, name, entry, node, viewOf(node));
}

function letGo(ring: RingState, turn: Turn, name: string, entry: Entry): void {
  const { surplus } = ring.files;
  if (surplus.staying === name) surplus.staying = undefined;
  forgetEntry(ring, turn, name, entry);
}

function hasChanged(entry: Entry, read: Entry): boolean {
  const isAsKept = entry.kept.length === read.kept.length && entry.kept.every((version) => isKept(read.kept, version));
  return !isAsKept || comparePlaced(entry.register, read.register) !== 0;
}

function isInUse({ files }: RingState, name: string, entry: Entry): boolean {
  return hasOwnVersions(entry) || files.queues.has(name) || files.waiting.has(name);
}

function endBatch(ring: RingState, { asks }: SurplusBatch): void {
  forgetAsks(ring, asks);
  ring.files.surplus.batch = undefined;
}
