import { compareUtf8, type Epoch, type FileVersion, type List, type Listed, type RegisterView } from '@coring/protocol';
import type { ListRequest } from '../client-request.js';
import type { Input, ScannedEntry } from '../input.js';
import { isAsleep, isReachable, nodesThere, reachableNodes, suspect } from '../membership/reachable.js';
import { sleepsOn, wake } from '../membership/sleepers.js';
import { copiesWanted, epochsInForce, VOTERS_MAX } from '../placement/owners.js';
import { send } from '../send.js';
import { enoughOf, votersAmong } from '../placement/standing.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { answerClient, failClient } from './clients.js';
import type { Call, Listing, ListPage, Scan } from './files-state.js';
import { comparePlaced } from './height.js';
import { resolve } from './resolve.js';
import { readyThroughout, scannedView, startScan } from './scans.js';

/** Names asked of each node in one page at most; as in the protocol. */
const PAGE_MAX = 1000;
/** A node whose page does not come in so long, or in half of the time that is left, is left out, and the list is called partial if that matters. */
const PAGE_MS = 2_000;
/** So often it is looked whether one that is waited for has gone. */
const LOOK_MS = 100;

/** Lists names in order: every node is asked, and for each name what a majority may have accepted last is shown. */
export function onListRequest(ring: RingState, turn: Turn, request: ListRequest): void {
  const { ref, after } = request;
  const listing: Listing = { ref, request, found: [], after, round: 0, lateAtMs: 0, epochs: [], awaited: new Set(), pages: new Map(), isPartial: false };
  ring.files.listings.set(request.ref, listing);
  askPages(ring, turn, listing);
}

/** Another node lists. */
export function serveList(ring: RingState, turn: Turn, { id, from, prefix, after, limit }: List): void {
  startScan(ring, turn, { type: 'listed', to: from, re: id, ready: [...ring.placement.ready] }, { prefix, after, limit });
}

export function sendListed(ring: RingState, turn: Turn, look: Extract<Scan, { type: 'listed' }>, entries: readonly ScannedEntry[], more: boolean): void {
  const { to, re } = look;
  const registers = entries.map((entry) => ({ name: entry.name, register: scannedView(ring, entry) }));
  send(ring, turn, to, { type: 'LISTED', re, registers, more, ready: readyThroughout(ring, look) });
}

/** This node's own page is read. */
export function onListScanned(ring: RingState, turn: Turn, look: Extract<Scan, { type: 'list' }>, { entries, more }: Extract<Input, { type: 'scanned' }>): void {
  const { ref, round } = look;
  const registers = entries.map((entry) => ({ name: entry.name, register: scannedView(ring, entry) }));
  takePage(ring, turn, ring.files.listings.get(ref), round, ring.self.nodeId, { registers, more, ready: readyThroughout(ring, look) });
}

export function onListed(ring: RingState, turn: Turn, { re, from, epoch, registers, more, ready }: Listed): void {
  const call = ring.files.calls.get(re);
  ring.files.calls.delete(re);
  const listing = call?.type === 'list' ? ring.files.listings.get(call.ref) : undefined;
  if (listing === undefined || call?.type !== 'list') return;
  // Under an epoch that this node does not know names may have moved to nodes that it did not ask.
  listing.isPartial ||= epoch > listing.epochs.at(-1)!.number;
  takePage(ring, turn, listing, call.round, from, { registers, more, ready });
}

/** A node could not be asked. */
export function onListUnsent(ring: RingState, turn: Turn, { ref, node, round }: Extract<Call, { type: 'list' }>): void {
  const listing = ring.files.listings.get(ref);
  if (listing === undefined || listing.round !== round) return;
  listing.awaited.delete(node);
  goOn(ring, turn, listing);
}

/** Those that have gone, or are silent for too long, are not waited for any more. One that has gone to sleep since may have heard nothing: it is asked again. */
export function onListLate(ring: RingState, turn: Turn, key: string): void {
  const listing = [...ring.files.listings.values()].find((one) => keyOf(one) === key);
  if (listing === undefined) return;
  const isEnough = isCoveredAwake(ring, listing);
  for (const node of listing.awaited) {
    if (turn.nowMs < listing.lateAtMs && (isReachable(ring, node) || (isAsleep(ring, node) && !isEnough))) {
      if (sleepsOn(ring, node)) askPage(ring, turn, listing, node);
      continue;
    }
    listing.awaited.delete(node);
    suspect(ring, turn, node, 'silent about a listing');
  }
  if (listing.awaited.size > 0) lookAt(ring, listing, turn.nowMs + LOOK_MS);
  goOn(ring, turn, listing);
}

export function endListing({ files, timers }: RingState, listing: Listing): void {
  files.listings.delete(listing.ref);
  for (const [id, call] of files.calls) if (call.type === 'list' && call.ref === listing.ref) files.calls.delete(id);
  clearTimer(timers, { type: 'round-late', key: keyOf(listing) });
}

function askPages(ring: RingState, turn: Turn, listing: Listing): void {
  const { ref } = listing;
  listing.round++;
  listing.epochs = [...epochsInForce(ring)];
  listing.pages.clear();
  listing.awaited.clear();
  for (const node of isCoveredAwake(ring, listing) ? reachableNodes(ring) : nodesThere(ring)) {
    listing.awaited.add(node);
    if (node !== ring.self.nodeId) askPage(ring, turn, listing, node);
  }
  startScan(ring, turn, { type: 'list', ref, round: listing.round, ready: [...ring.placement.ready] }, pageOf(listing));
  const leftMs = ring.files.clients.get(ref)!.endsAtMs - turn.nowMs;
  listing.lateAtMs = turn.nowMs + Math.min(PAGE_MS, leftMs / 2);
  lookAt(ring, listing, Math.min(listing.lateAtMs, turn.nowMs + LOOK_MS));
}

function askPage(ring: RingState, turn: Turn, listing: Listing, node: string): void {
  const { ref, round } = listing;
  wake(ring, turn, node);
  const id = send(ring, turn, node, { type: 'LIST', ...pageOf(listing) });
  ring.files.calls.set(id, { type: 'list', ref, node, round });
}

function pageOf({ after, request: { prefix, limit } }: Listing): Pick<List, 'prefix' | 'after' | 'limit'> {
  return { prefix, after, limit: Math.min(PAGE_MAX, limit + 1) };
}

function lookAt(ring: RingState, listing: Listing, atMs: number): void {
  setTimer(ring.timers, { type: 'round-late', key: keyOf(listing) }, atMs);
}

function takePage(ring: RingState, turn: Turn, listing: Listing | undefined, round: number, from: string, page: ListPage): void {
  if (listing === undefined || listing.round !== round) return;
  listing.awaited.delete(from);
  listing.pages.set(from, page);
  goOn(ring, turn, listing);
}

function goOn(ring: RingState, turn: Turn, listing: Listing): void {
  if (listing.awaited.size > 0) return;
  const { found, pages, request } = listing;
  listing.isPartial ||= !isCovering(ring, listing, new Set(pages.keys())) || !isTold(ring, listing);
  // Beyond the last name of a page that is not the last one, its sender may have names that it has not told.
  const ends = [...pages.values()].flatMap(({ more, registers }) => (more && registers.length > 0 ? [registers.at(-1)!.name] : []));
  const end = ends.sort(compareUtf8)[0];
  for (const [name, views] of byName(pages)) {
    if (end !== undefined && compareUtf8(name, end) > 0) break;
    const value = latestOf(ring, [...views.values()]);
    const held = [...views].map(([nodeId, { holds }]) => ({ nodeId, versions: holds }));
    if (value !== undefined && (!value.deleted || value.conflicts.length > 0)) found.push({ name, value, held });
  }
  if (end === undefined || found.length > request.limit) return finish(ring, turn, listing);
  listing.after = end;
  askPages(ring, turn, listing);
}

function finish(ring: RingState, turn: Turn, listing: Listing): void {
  const { ref, found, request, isPartial } = listing;
  endListing(ring, listing);
  if (isPartial && request.requireStrong) return failClient(ring, turn, ref, 'not-strong');
  const files = found.slice(0, request.limit);
  const next = found.length > request.limit ? files.at(-1)?.name : undefined;
  answerClient(ring, turn, ref, { type: 'listed', files, ...(next === undefined ? {} : { next }), grade: isPartial ? 'weak' : 'strong', partial: isPartial });
}

/** Whether nobody has to be woken: those that can be reached know enough. */
function isCoveredAwake(ring: RingState, listing: Listing): boolean {
  return isCovering(ring, listing, new Set(reachableNodes(ring)));
}

/** Whether these are a majority of the voters of every bucket, in each epoch in force. */
function isCovering(ring: RingState, { epochs }: Listing, nodes: ReadonlySet<string>): boolean {
  return epochs.every((epoch) => isCoveringIn(ring, epoch, nodes));
}

/** Whether too few members of an epoch are missing to outvote these about any bucket. */
function isCoveringIn(ring: RingState, epoch: Epoch, nodes: ReadonlySet<string>): boolean {
  const { voters: here, forgotten } = votersAmong(ring, epoch.number, epoch.members.map(({ nodeId }) => nodeId));
  const missing = here.filter((node) => !nodes.has(node)).length;
  const voters = Math.min(copiesWanted(epoch), VOTERS_MAX);
  const gone = epoch.members.length - here.length;
  const isEnough = (standing: number): boolean => standing > 0 && standing - missing >= enoughOf(standing, Math.min(forgotten, voters - standing));
  // However many of a bucket's voters are among those that are gone.
  return Array.from({ length: Math.min(gone, voters) + 1 }, (_, out) => voters - out).every(isEnough);
}

/** Whether those that answered had copied all of the oldest epoch in force, and had let go of nothing of it: so of all that was chosen one has told. */
function isTold(ring: RingState, { epochs, pages }: Listing): boolean {
  const [oldest] = epochs;
  const told = [...pages].filter(([, { ready }]) => ready.includes(oldest!.number)).map(([node]) => node);
  return isCoveringIn(ring, oldest!, new Set(told));
}

/** What each node has of each name. */
function byName(pages: ReadonlyMap<string, ListPage>): [string, ReadonlyMap<string, RegisterView>][] {
  const names = new Map<string, Map<string, RegisterView>>();
  for (const [node, { registers }] of pages) {
    for (const { name, register } of registers) {
      const views = names.get(name);
      if (views === undefined) names.set(name, new Map([[node, register]]));
      else views.set(node, register);
    }
  }
  return [...names].sort(([a], [b]) => compareUtf8(a, b));
}

function latestOf(ring: RingState, views: readonly RegisterView[]): FileVersion | undefined {
  const main = views.reduce((a, b) => (comparePlaced(b, a) > 0 ? b : a));
  return resolve(main.value, views.flatMap(({ branches }) => branches), ring.mutations).value;
}

function keyOf({ ref }: Listing): string {
  return `list ${ref}`;
}
