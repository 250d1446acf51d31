import { type BucketDigest, bucketOf, BucketSet, type RegisterView, type Sync, type Synced } from '@coring/protocol';
import type { Input } from '../input.js';
import { sendRoster } from '../membership/on-roster.js';
import { isReachable } from '../membership/reachable.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Scan } from './files-state.js';
import { hasDamaged } from './kept.js';
import { readyThroughout, scanBuckets, scannedView } from './scans.js';
import type { Ask } from './sync-state.js';

/** A page that does not come in so long is asked for again, in milliseconds. */
const PAGE_MS = 2_000;
/** Whoever has not sent so many of them, one after another, is done without where that is possible. */
const UNANSWERED_MAX = 3;
/** Buckets looked through at once: more would keep a node from its clients for too long. */
export const RUN_BUCKETS_MAX = 4_096;
/** Names of one page at most. */
export const PAGE_NAMES = 200;

/** The registers in a bucket, too, are to be asked of a node. */
export function askFor(asks: Map<string, Ask>, node: string, bucket: number): void {
  let ask = asks.get(node);
  if (ask === undefined) asks.set(node, (ask = { buckets: new BucketSet(), digests: undefined, equal: new BucketSet(), isSynced: false, after: '', isDone: false, askedAtMs: undefined, unanswered: 0, call: '' }));
  ask.buckets.add(bucket);
}

/** Asks every node for its next page, unless one is on its way. */
export function askOn(ring: RingState, turn: Turn, asks: ReadonlyMap<string, Ask>, purpose: 'sync' | 'surplus'): void {
  for (const [node, ask] of asks) {
    const isOwed = ask.askedAtMs !== undefined && turn.nowMs - ask.askedAtMs < PAGE_MS;
    if (ask.isDone || isOwed || !isReachable(ring, node)) continue;
    const { buckets, after } = ask;
    const digests = ask.digests?.filter(({ bucket }) => buckets.has(bucket));
    ring.files.calls.delete(ask.call);
    if (ask.askedAtMs !== undefined) ask.unanswered++;
    ask.askedAtMs = turn.nowMs;
    ask.call = send(ring, turn, node, { type: 'SYNC', buckets: buckets.format(), ...(digests === undefined ? {} : { digests }), after, limit: PAGE_NAMES });
    ring.files.calls.set(ask.call, { type: 'page', purpose });
  }
}

/** A page has come. Returns whether it was waited for. */
export function takePage(asks: ReadonlyMap<string, Ask>, { re, from, registers, equal, more, synced }: Synced): boolean {
  const ask = asks.get(from);
  if (ask === undefined || ask.call !== re || ask.askedAtMs === undefined) return false;
  ask.askedAtMs = undefined;
  ask.unanswered = 0;
  ask.isSynced = synced;
  ask.equal.addAll(BucketSet.parse(equal));
  const last = registers.at(-1)?.name;
  if (!more || last === undefined || !ask.buckets.has(bucketOf(last))) ask.isDone = true;
  else {
    ask.buckets = ask.buckets.from(bucketOf(last));
    ask.after = last;
  }
  return true;
}

/** Whether a node cannot be asked, or does not answer: the link to it may be cut while others reach it. */
export function isSilent(ring: RingState, node: string, { unanswered }: Ask): boolean {
  return !isReachable(ring, node) || unanswered >= UNANSWERED_MAX;
}

/** Nobody waits for these pages any more. */
export function forgetAsks({ files }: RingState, asks: ReadonlyMap<string, Ask>): void {
  for (const { call } of asks.values()) files.calls.delete(call);
}

export function areDone(asks: ReadonlyMap<string, Ask>): boolean {
  return [...asks.values()].every(({ isDone }) => isDone);
}

/** The asks get the digests of this node's own buckets: what is equal there need not be told. */
export function takeDigests(asks: ReadonlyMap<string, Ask>, digests: readonly BucketDigest[]): void {
  for (const ask of asks.values()) ask.digests = digests;
}

/** Without the buckets of which this disk has bytes that do not count: they are equal to nobody's. */
function soundOnly({ files, mutations }: RingState, digests: readonly BucketDigest[]): readonly BucketDigest[] {
  if (mutations.has('equal-though-damaged')) return digests;
  const damaged = new Set<number>();
  for (const [name, entry] of files.cache) if (hasDamaged(entry)) damaged.add(bucketOf(name));
  return digests.filter(({ bucket }) => !damaged.has(bucket));
}

/** A node asks for registers. Who knows the epoch it asks for decides nothing by the older ones alone from now on: that makes the answer final. */
export function serveSync(ring: RingState, turn: Turn, { id, from, buckets, digests, after, limit, epoch }: Sync): void {
  if (epoch !== ring.placement.newest) return sendRoster(ring, turn, from, true);
  const unless = digests === undefined ? {} : { unless: soundOnly(ring, digests) };
  scanBuckets(ring, turn, { type: 'synced', to: from, re: id, epoch, ready: [...ring.placement.ready] }, { buckets: BucketSet.parse(buckets), after, limit, ...unless });
}

export function sendSynced(ring: RingState, turn: Turn, look: Extract<Scan, { type: 'synced' }>, { entries, equal, more }: Extract<Input, { type: 'scanned' }>): void {
  const { to, re, epoch } = look;
  if (epoch !== ring.placement.newest) return;
  const ready = readyThroughout(ring, look);
  const registers = entries.map((entry): { name: string; register: RegisterView } => ({ name: entry.name, register: scannedView(ring, entry) }));
  send(ring, turn, to, { type: 'SYNCED', re, registers, equal: equal?.format() ?? '', more, synced: ready.includes(epoch), ready, floor: ring.placement.floor });
}
