import { type Epoch, formatStamp, type Sync, type Synced } from '@coring/protocol';
import { ringHealth } from '../check/health.js';
import type { Input } from '../input.js';
import { sendRoster } from '../membership/on-roster.js';
import { isReachable } from '../membership/reachable.js';
import { epochsInForce, newestEpoch, ownersOf } from '../placement/owners.js';
import { isMember, markReady } from '../placement/ready.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { copy } from './acceptor.js';
import { entryOf, entryOrWait } from './cache.js';
import type { Entry, Scan, Syncing } from './files-state.js';
import { missingOf } from './kept.js';
import { fetchMissing } from './pull.js';
import { scannedView, startScan } from './scans.js';
import { hasMajorityEverywhere } from './sync-cover.js';

/** How often a sync that goes on looks whether somebody has to be asked again. */
const LOOK_MS = 500;
/** A page that does not come in so long is asked for again. */
const PAGE_MS = 2_000;
/** Names read for one page: only those that belong to the asker are in it. */
const PAGE_NAMES = 200;
/** While so many names lack bytes, no further registers are asked for. */
const MISSING_MAX = 2_000;
/** Names whose bytes a sync fetches at once. */
const FETCHING_MAX = 4;

/** Begins to copy what the newest epoch gives this node, where it has not yet. Idempotent. */
export function startSync(ring: RingState, turn: Turn): void {
  setTimer(ring.timers, { type: 'sync' }, turn.nowMs);
}

/** Begins what is to be copied, asks on where an answer is owed, and finishes what is complete. */
export function onSyncDue(ring: RingState, turn: Turn): void {
  const { files, timers } = ring;
  setTimer(timers, { type: 'sync' }, turn.nowMs + LOOK_MS);
  const newest = newestEpoch(ring);
  if (newest === undefined || ring.self.phase === 'gone') return;
  const isNeeded = isMember(newest, ring.self.nodeId) && !ring.placement.ready.has(newest.number);
  const { sync } = files;
  if (sync === undefined || sync.number !== newest.number || sync.isRefresh === isNeeded) files.sync = isNeeded || files.needsRefresh ? begin(ring, newest, !isNeeded) : undefined;
  goOn(ring, turn);
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

/** A node asks for registers. Who knows the epoch it asks for decides nothing by the older ones alone from now on: that makes the answer final. */
export function serveSync(ring: RingState, turn: Turn, { id, from, after, limit, epoch }: Sync): void {
  if (epoch !== ring.placement.newest) return sendRoster(ring, turn, from, true);
  startScan(ring, turn, { type: 'synced', to: from, re: id, epoch }, { prefix: '', after, limit });
}

export function sendSynced(ring: RingState, turn: Turn, { to, re, epoch }: Extract<Scan, { type: 'synced' }>, { entries, more }: Extract<Input, { type: 'scanned' }>): void {
  if (epoch !== ring.placement.newest) return;
  const theirs = entries.filter(({ name }) => epochsInForce(ring).some((one) => ownersOf(one, name).includes(to)));
  const registers = theirs.map((entry) => ({ name: entry.name, register: scannedView(ring, entry) }));
  const last = more ? entries.at(-1)?.name : undefined;
  send(ring, turn, to, { type: 'SYNCED', re, registers, floor: ring.placement.floor, ...(last === undefined ? {} : { next: last }) });
}

/** A page of registers. */
export function onSynced(ring: RingState, turn: Turn, { re, from, epoch, registers, next }: Synced): void {
  const { files } = ring;
  const { sync } = files;
  const call = files.calls.get(re);
  files.calls.delete(re);
  const peer = sync?.peers.get(from);
  if (sync === undefined || peer === undefined || call?.type !== 'sync' || peer.call !== re || epoch !== sync.number) return;
  sync.copying += registers.length;
  for (const { name, register } of registers) {
    const entry = entryOrWait(ring, turn, name, { type: 'copy', from, view: register, sync: sync.ref });
    if (entry === undefined) continue;
    copy(ring, turn, name, entry, register);
    onCopied(ring, turn, name, entry, sync.ref);
  }
  peer.askedAtMs = undefined;
  if (next === undefined) peer.isDone = true;
  else peer.after = next;
  goOn(ring, turn);
}

/** A register was taken over; its bytes may be missing yet. */
export function onCopied(ring: RingState, turn: Turn, name: string, entry: Entry, ref: number): void {
  const { sync } = ring.files;
  if (sync?.ref !== ref) return;
  sync.copying--;
  if (missingOf(entry).length > 0) sync.missing.add(name);
  if (sync.copying === 0) goOn(ring, turn);
}

/** Goes on with a sync, after a fetch too. */
export function goOn(ring: RingState, turn: Turn): void {
  const { sync } = ring.files;
  if (sync === undefined) return;
  askPeers(ring, turn, sync);
  fetchSome(ring, turn, sync);
  if (sync.copying > 0 || sync.missing.size > 0 || !hasRegisters(ring, sync)) return;
  ring.files.sync = undefined;
  ring.files.needsRefresh = false;
  if (!sync.isRefresh) markReady(ring, turn, sync.number);
}

function begin(ring: RingState, newest: Epoch, isRefresh: boolean): Syncing {
  const { files, self } = ring;
  const sources = isRefresh ? epochsInForce(ring) : olderThan(ring, newest);
  const nodes = new Set(sources.flatMap(({ members }) => members.map(({ nodeId }) => nodeId)));
  nodes.delete(self.nodeId);
  const peers = new Map([...nodes].map((node) => [node, { after: '', isDone: false, askedAtMs: undefined, call: '' }]));
  return { ref: files.serial++, number: newest.number, isRefresh, peers, missing: new Set(), tried: new Set(), copying: 0 };
}

function askPeers(ring: RingState, turn: Turn, sync: Syncing): void {
  if (sync.missing.size >= MISSING_MAX) return;
  for (const [node, peer] of sync.peers) {
    const isOwed = peer.askedAtMs !== undefined && turn.nowMs - peer.askedAtMs < PAGE_MS;
    if (peer.isDone || isOwed || !isReachable(ring, node)) continue;
    ring.files.calls.delete(peer.call);
    peer.askedAtMs = turn.nowMs;
    peer.call = send(ring, turn, node, { type: 'SYNC', after: peer.after, limit: PAGE_NAMES });
    ring.files.calls.set(peer.call, { type: 'sync', node, number: sync.number });
  }
}

/** Fetches bytes, a few names at a time. What nobody who can be reached has is said once and looked for again by the sweep. */
function fetchSome(ring: RingState, turn: Turn, sync: Syncing): void {
  let fetching = 0;
  for (const name of sync.missing) {
    if (fetching >= FETCHING_MAX) return;
    const entry = entryOf(ring, name);
    const isMissing = entry !== undefined && missingOf(entry).length > 0;
    const isUnderWay = [...ring.files.fetches.values()].some((one) => one.name === name);
    if (isMissing && (isUnderWay || (!sync.tried.has(name) && fetchMissing(ring, turn, name, entry)))) {
      sync.tried.add(name);
      fetching++;
      continue;
    }
    if (isMissing && !sync.tried.has(name) && hasFetches(ring)) return;
    if (isMissing) turn.emit({ type: 'warning', what: `no node that can be reached has ${missingOf(entry).map(({ version }) => formatStamp(version)).join(', ')} of ${name}` });
    sync.missing.delete(name);
    sync.tried.delete(name);
  }
}

/** Whether fetches are under way: one that could not begin now may begin when they have ended. */
function hasFetches({ files }: RingState): boolean {
  return files.fetches.size > 0;
}

function hasRegisters(ring: RingState, sync: Syncing): boolean {
  if (sync.isRefresh) return [...sync.peers].every(([node, { isDone }]) => isDone || !isReachable(ring, node));
  const newest = newestEpoch(ring)!;
  const done = new Set([...sync.peers].filter(([, { isDone }]) => isDone).map(([node]) => node));
  done.add(ring.self.nodeId);
  return hasMajorityEverywhere(ring, newest, olderThan(ring, newest), done);
}

/** The epochs in force before the newest; where there are none, the newest itself is asked. */
function olderThan(ring: RingState, newest: Epoch): readonly Epoch[] {
  const older = epochsInForce(ring).filter(({ number }) => number < newest.number);
  return older.length > 0 ? older : [newest];
}
