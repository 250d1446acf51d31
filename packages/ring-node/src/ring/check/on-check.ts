import type { Check } from '@coring/protocol';
import { learnEpochs } from '../placement/learn.js';
import { castVote } from '../placement/vote.js';
import { epochsInForce } from '../placement/owners.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { CheckBody } from './check-state.js';
import { noteHealth } from './health.js';
import { passOn, sendHop } from './hop.js';
import { noteHome, onArcHome } from './lap-home.js';
import { LAP_MS, PASSED_MAX, SEEN_MAX } from './limits.js';
import { addSelf, noteSightings, ownSighting } from './sighting.js';
import { noteForeignLap } from './urgent-check.js';

/** Takes in what a CHECK tells and passes it on, or, when it is our own come home, reports how the lap went. */
export function onCheck(ring: RingState, check: Check, turn: Turn): void {
  // A duplicate is acknowledged too: its sender only wants to know that we are here.
  send(ring, turn, check.from, { type: 'ACK', re: check.id });
  const isRelayed = check.homeward === true && check.origin !== ring.self.nodeId;
  if (isSecondComing(ring, `${check.lap} ${check.arc}${isRelayed ? ' home' : ''}`)) return;
  learnEpochs(ring, turn, check.epochs, check.oldestEpoch, check.floor);
  ring.placement.cleared = Math.max(ring.placement.cleared, Math.min(check.cleared, ring.placement.floor));
  noteSightings(ring, check.seen);
  if (check.lastHome !== undefined) noteHome(ring, turn, check.lastHome);
  if (check.origin === ring.self.nodeId) {
    const { lap, origin, hop, arc, arcs } = check;
    turn.emit({ type: 'check', check: { lap, origin, hop, arc, arcs }, from: check.from });
    ring.check.lastHeardMs = turn.nowMs;
    onArcHome(ring, check, turn);
  } else {
    noteForeignLap(ring, turn);
    if (check.deadlineMs > 0) goOn(ring, turn, check, isRelayed);
  }
  noteHealth(ring, turn);
}

/** Passes a CHECK on, or hands it over to its origin for somebody who does not reach it. */
function goOn(ring: RingState, turn: Turn, check: Check, isRelayed: boolean): void {
  if (isRelayed) sendHop(ring, turn, check.origin, bodyOf(check));
  else if (check.hop < check.hopsMax) passOn(ring, turn, ring.self.nodeId, nextHop(ring, turn, check), check.from);
}

/** The CHECK as this node sends it on: with its own sighting, its vote, and what it knows better. */
function nextHop(ring: RingState, turn: Turn, check: Check): CheckBody {
  const { placement } = ring;
  const sighting = ownSighting(ring, Math.max(0, LAP_MS - check.deadlineMs));
  return {
    ...bodyOf(check),
    hop: check.hop + 1,
    seen: [...check.seen, sighting].slice(0, SEEN_MAX),
    fold: addSelf(ring, check.fold, sighting),
    ...(check.vote === undefined ? {} : { vote: castVote(ring, turn, check.vote) }),
    epochs: check.epochs.length > 0 || placement.newest > check.epoch ? [...epochsInForce(ring)] : [],
    oldestEpoch: placement.oldest,
    floor: placement.floor,
    cleared: placement.cleared,
  };
}

/** The CHECK without what the envelope of this hop has added. */
function bodyOf(check: Check): CheckBody {
  const { lap, origin, seq, arc, arcs, arcEnd, homeward, hop, hopsMax, deadlineMs, seen, skipped, fold, vote, epochs, oldestEpoch, floor, cleared, lastHome } = check;
  return {
    type: 'CHECK',
    ...{ lap, origin, seq, arc, arcs, arcEnd, hop, hopsMax, deadlineMs, seen, skipped, fold, epochs, oldestEpoch, floor, cleared },
    ...(homeward === undefined ? {} : { homeward }),
    ...(vote === undefined ? {} : { vote }),
    ...(lastHome === undefined ? {} : { lastHome }),
  };
}

function isSecondComing({ check: { passed } }: RingState, arc: string): boolean {
  if (passed.has(arc)) return true;
  passed.add(arc);
  if (passed.size > PASSED_MAX) for (const oldest of passed) return !passed.delete(oldest);
  return false;
}
