import type { Check, Lap } from '@coring/protocol';
import { VOTERS_MAX, copiesWanted } from '../placement/owners.js';
import { learnEpochs } from '../placement/learn.js';
import { standingMembers } from '../placement/standing.js';
import { isMajority, joinVotes, onVoteHome, onVoteLost } from '../placement/vote.js';
import type { RingState } from '../state.js';
import { clearTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { CheckBody, OwnLap } from './check-state.js';
import { clear } from './floor.js';
import { noteHealth } from './health.js';
import { CHECK_INTERVAL_MS } from './limits.js';
import { addFold, noteSightings } from './sighting.js';
import { urgentCheck, wantLap } from './urgent-check.js';

/** One arc of an own lap is home. Arcs of laps given up long ago are nobody's. */
export function onArcHome(ring: RingState, check: Check | CheckBody, turn: Turn): void {
  const lap = ring.check.laps.get(check.lap);
  if (lap === undefined || !lap.arcsOut.delete(check.arc)) return;
  lap.hops += check.hop;
  for (const sighting of check.seen.slice(lap.told)) lap.met.set(sighting.nodeId, sighting);
  lap.skipped.push(...check.skipped);
  lap.fold = addFold(lap.fold, check.fold);
  if (lap.vote !== undefined && check.vote !== undefined) lap.vote = joinVotes(lap.vote, check.vote);
  if (lap.arcsOut.size === 0) finishLap(ring, turn, lap);
}

/** All of a lap is home: what it found is noted, acted on, and, where it is new, published by another lap. */
export function finishLap(ring: RingState, turn: Turn, lap: OwnLap): void {
  const { check, self } = ring;
  check.laps.delete(lap.id);
  clearTimer(ring.timers, { type: 'lap-late', key: lap.id });
  const wasComplete = check.lastHome?.complete;
  const home: Lap = {
    id: lap.id,
    origin: self.nodeId,
    hops: lap.hops,
    tookMs: Math.max(0, turn.nowMs - lap.startedMs),
    atMs: Math.max(0, Math.floor(turn.wallMs)),
    complete: lap.skipped.length === 0 && lap.expected.every((nodeId) => lap.met.has(nodeId)),
  };
  check.lastHome = home;
  check.lastHomeHeardMs = turn.nowMs;
  noteSightings(ring, lap.met.values());
  turn.emit({ type: 'check-home', lap: home, skipped: lap.skipped });
  if (isMajority(ring, [...lap.met.keys()])) check.confirmedMs = lap.startedMs;
  const hasRetired = retire(ring, turn, lap);
  const hasCleared = clear(ring, lap);
  noteHealth(ring, turn);
  if (lap.vote !== undefined) return onVoteHome(ring, turn, lap.vote);
  const hasNews = lap.rosterDigest !== ring.membership.digest;
  const isNew = lap.kind === 'news' || (lap.kind === 'periodic' && home.complete !== wasComplete);
  // Laps with news publish as well what is new only of the lap itself.
  if ((hasRetired || hasCleared || (isNew && !hasNews)) && lap.expected.length > 1) wantLap(ring, turn, 'publish');
  else if (hasNews) urgentCheck(ring, turn);
}

/** Waits no longer for a lap. What it carried is carried by the next one; the links it died on are found by probing. */
export function dropLap(ring: RingState, turn: Turn, id: string): void {
  const lap = ring.check.laps.get(id);
  if (lap === undefined) return;
  ring.check.laps.delete(id);
  clearTimer(ring.timers, { type: 'lap-late', key: id });
  if (lap.vote !== undefined) onVoteLost(ring, turn, lap.vote);
}

/** Takes note of a lap that came home elsewhere. */
export function noteHome({ check }: RingState, turn: Turn, home: Lap): void {
  const known = check.lastHome;
  if (known?.id === home.id) return;
  // The wall clocks of two origins may differ: an older reading counts only once the known lap is old itself.
  if (known !== undefined && home.atMs <= known.atMs && turn.nowMs - check.lastHomeHeardMs <= CHECK_INTERVAL_MS) return;
  check.lastHome = home;
  check.lastHomeHeardMs = turn.nowMs;
}

/**
 * Ends the older epochs once everyone whom the lap met is synced for the newest it knew, and the members that it did not meet are too few
 * to be half of the voters of any name: then a majority of every name's voters has what the older epochs had.
 */
function retire(ring: RingState, turn: Turn, lap: OwnLap): boolean {
  const { placement } = ring;
  const epoch = placement.epochs.find(({ number }) => number === lap.newest);
  if (epoch === undefined || lap.newest <= placement.oldest || lap.fold.minSynced < lap.newest) return false;
  const voting = standingMembers(ring, epoch);
  const missing = voting.filter((nodeId) => !lap.met.has(nodeId)).length;
  if (2 * missing >= Math.min(copiesWanted(epoch), VOTERS_MAX) - (epoch.members.length - voting.length)) return false;
  learnEpochs(ring, turn, [], lap.newest, placement.floor);
  return true;
}
