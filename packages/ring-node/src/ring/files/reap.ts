import type { Reap, Reaped } from '@coring/protocol';
import { readClock } from '../clock.js';
import { isReachable } from '../membership/reachable.js';
import { newestEpoch, ownersOf, votersOf } from '../placement/owners.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { entryOrWait, forgetEntry } from './cache.js';
import { cleanTo } from './clean.js';
import type { Call, Entry } from './files-state.js';
import { compareHeights, heightOf } from './height.js';
import type { Tomb } from './reaping.js';
import { hasSeen, isSame } from './version.js';

const LOOK_MS = 1_000;
const ANSWERS_MS = 5_000;
/** Tombstones about which the other owners are asked at once. */
const ASKED_MAX = 32;

/**
 * Gets rid of tombstones that nobody needs any more. A lap has found that nobody of the roster, owner or not, keeps anything unmerged from before a
 * tombstone was made. Then all owners are seen to have nothing but it; and they let go of it once another such lap has passed over that moment:
 * rounds, messages and writes aside that began before are over then, so that nothing can bring back what was deleted.
 */
export function reapTombs(ring: RingState, turn: Turn): void {
  const { files: { reaping }, placement } = ring;
  if (turn.nowMs < reaping.atMs || ring.files.isDiskFull) return;
  reaping.atMs = turn.nowMs + LOOK_MS;
  // Owners have changed: the next look finds what is to be reaped.
  if (cleanTo(ring) === 0) return forgetTombs(ring);
  let asked = 0;
  for (const [name, tomb] of reaping.tombs) {
    if (asked >= ASKED_MAX) return;
    const isLate = tomb.round !== undefined && turn.nowMs >= tomb.round.untilMs;
    if (isLate) endRound(ring, tomb);
    const due = ring.mutations.has('reap-at-once') ? 0 : tomb.seenAt ?? Math.max(tomb.version.time, tomb.accepted?.time ?? 0);
    if (placement.cleared < due) continue;
    asked++;
    if (tomb.round === undefined) goOnReaping(ring, turn, name);
  }
}

/** Takes a tombstone as far as it goes without further news. */
export function goOnReaping(ring: RingState, turn: Turn, name: string): void {
  const { tombs } = ring.files.reaping;
  const tomb = tombs.get(name);
  if (tomb === undefined) return;
  const entry = entryOrWait(ring, turn, name, { type: 'reap' });
  if (entry === undefined) return;
  if (!hasNothingBut(ring, name, entry, tomb)) return drop(ring, name, tomb);
  tomb.round ??= askOthers(ring, turn, name, tomb);
  if (tomb.round === undefined || tomb.round.waiting.size > 0) return;
  if (!tomb.round.drop) {
    tomb.round = undefined;
    tomb.seenAt = readClock(ring, turn);
    return;
  }
  if (!tomb.isLeftToVoters && !ring.mutations.has('reap-in-any-order')) {
    tomb.round = undefined;
    tomb.isLeftToVoters = true;
    return goOnReaping(ring, turn, name);
  }
  // The first owner is the last to forget it: it is the one who would have it reaped otherwise.
  drop(ring, name, tomb);
  forgetEntry(ring, turn, name, entry);
  turn.emit({ type: 'reaped', name });
}

/** Another owner is asked whether it has nothing but a tombstone, or nothing; and lets go of it where that is wanted. */
export function onReap(ring: RingState, turn: Turn, entry: Entry, reap: Reap): void {
  const { name, from, id } = reap;
  const ok = reap.epoch === ring.placement.newest && !ring.files.isDiskFull && hasNothingBut(ring, name, entry, reap);
  if (ok && reap.drop && entry.isStored) forgetEntry(ring, turn, name, entry);
  send(ring, turn, from, { type: 'REAPED', re: id, ok });
}

export function onReaped(ring: RingState, turn: Turn, { ok }: Reaped, { name, node }: Extract<Call, { type: 'reap' }>): void {
  const tomb = ring.files.reaping.tombs.get(name);
  if (tomb?.round === undefined) return;
  if (!ok && !ring.mutations.has('reap-unlike')) return drop(ring, name, tomb);
  tomb.round.waiting.delete(node);
  goOnReaping(ring, turn, name);
}

/**
 * Whether nothing is known of a name but this tombstone, chosen, or nothing at all; and nothing was promised that a late message could call upon:
 * no ballot up to the floor is accepted any more.
 */
function hasNothingBut({ files, mutations, placement }: RingState, name: string, { register, kept }: Entry, tomb: Pick<Tomb, 'version' | 'accepted' | 'fast'>): boolean {
  const { value, branches, mine, promised, committed } = register;
  if (mutations.has('reap-unlike')) return value?.deleted ?? true;
  const hasCopies = (kept.length > 0 || (value?.conflicts.length ?? 0) > 0) && !mutations.has('reap-with-conflicts');
  if (files.queues.has(name) || (promised?.time ?? 0) > placement.floor || branches.length > 0 || mine !== undefined || hasCopies) return false;
  if (value === undefined) return true;
  return value.deleted && isSame(value.version, tomb.version) && compareHeights(register, tomb) === 0 && hasSeen(committed, value.version);
}

/**
 * Undefined where somebody is out of reach. Owners without a vote let go of it first: where the voters have nothing any more the name is written anew as if it had never been, and nobody
 * would ask the others what stands above that.
 */
function askOthers(ring: RingState, turn: Turn, name: string, tomb: Tomb): Tomb['round'] {
  const epoch = newestEpoch(ring)!;
  const others = ownersOf(epoch, name).filter((node) => node !== ring.self.nodeId);
  if (others.some((node) => !isReachable(ring, node))) return undefined;
  const isDue = tomb.seenAt !== undefined;
  const voters = votersOf(epoch, name);
  const isAsked = (node: string): boolean => !isDue || voters.includes(node) === tomb.isLeftToVoters || ring.mutations.has('reap-in-any-order');
  const waiting = new Map<string, string>();
  for (const node of others.filter(isAsked)) {
    const call = send(ring, turn, node, { type: 'REAP', name, version: tomb.version, ...heightOf(tomb), drop: isDue });
    ring.files.calls.set(call, { type: 'reap', name, node });
    waiting.set(node, call);
  }
  return { drop: isDue, untilMs: turn.nowMs + ANSWERS_MS, waiting };
}

function endRound({ files }: RingState, tomb: Tomb): void {
  for (const call of tomb.round?.waiting.values() ?? []) files.calls.delete(call);
  tomb.round = undefined;
}

/** Not to be reaped now: a later look finds it again. */
function drop(ring: RingState, name: string, tomb: Tomb): void {
  endRound(ring, tomb);
  ring.files.reaping.tombs.delete(name);
}

function forgetTombs(ring: RingState): void {
  for (const [name, tomb] of ring.files.reaping.tombs) drop(ring, name, tomb);
}
