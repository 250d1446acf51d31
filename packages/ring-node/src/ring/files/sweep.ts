import { epochsInForce, newestEpoch, ownersOf, votersOf } from '../placement/owners.js';
import { isReachable } from '../membership/reachable.js';
import type { Input } from '../input.js';
import type { RingState } from '../state.js';
import { setLook } from '../timers.js';
import type { Turn } from '../turn.js';
import { tidy } from './acceptor.js';
import { entryOrWait } from './cache.js';
import { hasOwnVersions, isOwner, isUnsettled, needsCare, postpone } from './care.js';
import { lookForUnmerged } from './clean.js';
import { startMerge } from './drive.js';
import { missingOf } from './kept.js';
import { fetchMissing } from './pull.js';
import { reapTombs } from './reap.js';
import { startScan } from './scans.js';
import { namesToTell } from './silent.js';
import { dropStale } from './staging.js';
import { goOnWithSurplus } from './surplus.js';
import { noteSplit } from './sync.js';

/** Names looked after in one sweep at most. */
const NAMES_MAX = 32;
/** How long a name that was looked at is left alone. */
const AGAIN_MS = 5_000;
const PATROL_MS = 10_000;
const PATROL_PAGE = 100;
const FIRST_PAGE = 500;

/** Looks after the names that have something to settle, a few at a time, and goes on with the patrol. */
export function onSweep(ring: RingState, turn: Turn): void {
  const { files, timers, self } = ring;
  setLook(timers, { type: 'sweep' }, turn.nowMs);
  dropStale(ring, turn);
  if (newestEpoch(ring) === undefined || self.phase === 'gone') return;
  noteSplit(ring, turn);
  goOnWithSurplus(ring, turn);
  lookForUnmerged(ring, turn);
  reapTombs(ring, turn);
  patrol(ring, turn);
  for (const name of namesToTell(ring, turn)) sweepName(ring, turn, name, true);
  const due: string[] = [];
  for (const [name, atMs] of files.dirty) {
    if (due.length >= NAMES_MAX) break;
    if (atMs <= turn.nowMs) due.push(name);
  }
  for (const name of due) {
    // Last in line from now on: what cannot be settled yet does not keep the others waiting.
    files.dirty.delete(name);
    postpone(ring, turn, name, AGAIN_MS);
    sweepName(ring, turn, name, false);
  }
}

/** Does for one name what there is to do: merge, or fetch. */
export function sweepName(ring: RingState, turn: Turn, name: string, merge: boolean): void {
  const { files } = ring;
  // A sync sees to it that what it copies gets its bytes.
  if (files.sync?.run?.missing.has(name) === true) return;
  const entry = entryOrWait(ring, turn, name, { type: 'sweep', merge });
  if (entry === undefined) return;
  if (!needsCare(ring, name, entry)) files.dirty.delete(name);
  else if (isOwner(ring, name)) {
    if (!files.isDiskFull) tidy(turn, name, entry);
    if (missingOf(entry).length > 0) fetchMissing(ring, turn, name, entry);
  } else if (!hasOwnVersions(entry)) return;
  // Bytes that nobody has any more may be those of a version that the others have succeeded.
  const lacksBytes = isOwner(ring, name) && missingOf(entry).length > 0;
  if (!merge && !lacksBytes && !isUnsettled(entry)) return;
  startMerge(ring, turn, name);
}

/** A page of the patrol is read. The first time round only what is unsettled is looked after; later also each name whose turn it is here. */
export function onPatrolled(ring: RingState, turn: Turn, { entries, more }: Extract<Input, { type: 'scanned' }>): void {
  const { files } = ring;
  const { patrol } = files;
  // While copies follow an epoch they come at the pace of who takes them over: a merge would bring the bytes of a file at once.
  const isMoving = epochsInForce(ring).length > 1;
  for (const { name, register, kept } of entries) {
    if (files.dirty.has(name)) continue;
    if (needsCare(ring, name, files.cache.get(name) ?? { register, kept, isStored: true })) postpone(ring, turn, name, 1_000);
    else if (patrol.rounds > 0 && !isMoving && isTurn(ring, name)) sweepName(ring, turn, name, true);
  }
  patrol.isUnderWay = false;
  patrol.after = more ? entries.at(-1)!.name : '';
  patrol.atMs = patrol.rounds === 0 ? turn.nowMs : turn.nowMs + PATROL_MS * (0.75 + turn.random() / 2);
  if (!more) patrol.rounds++;
}

function patrol(ring: RingState, turn: Turn): void {
  const { patrol } = ring.files;
  if (patrol.isUnderWay || turn.nowMs < patrol.atMs) return;
  patrol.isUnderWay = true;
  const limit = patrol.rounds === 0 ? FIRST_PAGE : PATROL_PAGE;
  startScan(ring, turn, { type: 'patrol' }, { prefix: '', after: patrol.after, limit });
}

/** The owners of a name look after it in turn: one that lacks it altogether has nothing that would remind it, and of what one without a vote alone has nobody else knows. */
function isTurn(ring: RingState, name: string): boolean {
  const epoch = newestEpoch(ring);
  if (epoch === undefined) return false;
  const owners = (ring.mutations.has('voters-alone-look') ? votersOf(epoch, name) : ownersOf(epoch, name)).filter((node) => isReachable(ring, node));
  return owners[ring.files.patrol.rounds % owners.length] === ring.self.nodeId;
}
