import type { Vote } from '@coring/protocol';
import { epochsInForce } from '../placement/owners.js';
import { castVote } from '../placement/vote.js';
import { nextMessageId } from '../send.js';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { CheckBody, LapKind, OwnLap } from './check-state.js';
import { floorFor } from './floor.js';
import { sendHop } from './hop.js';
import { dropLap, finishLap } from './lap-home.js';
import { ARC_MAX, HOPS_SPARE, LAP_MS, OWN_LAPS_MAX, TELL_EVERY } from './limits.js';
import { addSelf, emptyFold, ownSighting, someSightings } from './sighting.js';
import { noteLap } from './urgent-check.js';
import { stationsOf } from './walk.js';

/** Whether this node starts laps at all. */
export function mayCheck({ self }: RingState): boolean {
  return self.phase === 'in' || self.phase === 'leaving';
}

/** Sends a CHECK round the ring from here. A ring of one is home at once, without I/O. */
export function startLap(ring: RingState, turn: Turn, kind: LapKind, vote?: Vote): void {
  const { check, placement, self } = ring;
  const floor = floorFor(ring, turn, kind);
  const stations = stationsOf(ring);
  const arcs = Math.max(1, Math.ceil(stations.length / ARC_MAX));
  const seq = check.seq++;
  const told = kind === 'publish' || (seq + 1) % TELL_EVERY === 0 ? someSightings(ring, seq) : [];
  const lap: OwnLap = {
    id: nextMessageId(ring),
    kind,
    startedMs: turn.nowMs,
    rosterDigest: ring.membership.digest,
    newest: placement.newest,
    expected: stations,
    arcsOut: new Set(),
    hops: 0,
    told: told.length,
    met: new Map(),
    skipped: [],
    fold: emptyFold(placement.newest),
    vote: vote === undefined ? undefined : castVote(ring, turn, vote),
  };
  noteLap(ring, turn);
  const sighting = ownSighting(ring, 0);
  lap.met.set(self.nodeId, sighting);
  lap.fold = addSelf(ring, lap.fold, sighting);
  if (stations.length === 1) return finishLap(ring, turn, lap);
  keep(ring, turn, lap);
  for (let arc = 0; arc < arcs; arc++) {
    lap.arcsOut.add(arc);
    const end = arc + 1 < arcs ? stations[startOf(arc + 1)]! : self.nodeId;
    const to = stations[arc === 0 ? 1 : startOf(arc)]!;
    turn.emit({ type: 'check', check: { lap: lap.id, origin: self.nodeId, hop: 0, arc, arcs }, from: self.nodeId, to });
    sendHop(ring, turn, to, bodyOf(arc, end));
  }

  function startOf(arc: number): number {
    return Math.floor((arc * stations.length) / arcs);
  }

  function bodyOf(arc: number, arcEnd: string): CheckBody {
    return {
      type: 'CHECK',
      lap: lap.id,
      origin: self.nodeId,
      seq,
      arc,
      arcs,
      arcEnd,
      hop: 1,
      hopsMax: ring.membership.roster.size + HOPS_SPARE,
      deadlineMs: LAP_MS,
      seen: told,
      skipped: [],
      fold: emptyFold(placement.newest),
      ...(lap.vote === undefined ? {} : { vote: lap.vote }),
      // Epochs are long: while nothing changes, their number in the envelope is enough.
      epochs: (kind === 'periodic' || kind === 'news') && placement.oldest === placement.newest ? [] : [...epochsInForce(ring)],
      oldestEpoch: placement.oldest,
      floor,
      cleared: placement.cleared,
      ...(check.lastHome === undefined ? {} : { lastHome: check.lastHome }),
    };
  }
}

function keep(ring: RingState, turn: Turn, lap: OwnLap): void {
  const { laps } = ring.check;
  for (const id of laps.keys()) {
    if (laps.size < OWN_LAPS_MAX) break;
    dropLap(ring, turn, id);
  }
  laps.set(lap.id, lap);
  setTimer(ring.timers, { type: 'lap-late', key: lap.id }, turn.nowMs + LAP_MS);
}
