import type { Answer, Forward } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import type { Body } from '../body.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { isBelowFloor } from './acceptor.js';
import { isOwner } from './care.js';
import type { Entry } from './files-state.js';
import { isKept } from './kept.js';
import { tellForward } from './forward.js';
import { isNew, passOn } from './relay.js';
import { answerOffer, takeBytes } from './staging.js';

/** A request that another node takes to this one. A walk or lap that has come home is the caller's: `home`. */
export function onForward(ring: RingState, turn: Turn, entry: Entry, forward: Forward): 'home' | undefined {
  const { mode, op, request, origin, from, id } = forward;
  tellForward(turn, forward, from);
  if (mode === 'direct') {
    if (op === 'GET') answerGet(ring, turn, entry, forward);
    else answerPut(ring, turn, entry, forward);
    return undefined;
  }
  send(ring, turn, from, { type: 'ACK', re: id });
  if (origin === ring.self.nodeId) return 'home';
  if (!isNew(ring, turn, request)) return undefined;
  if (mode === 'fill') fillHere(ring, turn, entry, forward);
  else if (forward.version !== undefined && isKept(entry.kept, forward.version)) sendAnswer(ring, turn, forward, { ok: true });
  else if (!passOn(ring, turn, onward(ring, forward))) sendAnswer(ring, turn, forward, { ok: false });
  return undefined;
}

/** A lap goes on from here, whether or not this node could take the bytes. One that is so late that the file may have been deleted since ends: sent on from here it would seem to be of now. */
export function fillOnward(ring: RingState, turn: Turn, forward: Forward, isKeptHere: boolean): void {
  if (isBelowFloor(ring, { time: forward.clock })) return;
  const kept = [...(forward.kept ?? []), ...(isKeptHere ? [ring.self.nodeId] : [])];
  const version = forward.value?.version;
  const self = isKeptHere && version !== undefined ? [{ nodeId: ring.self.nodeId, version }] : [];
  const next = { ...onward(ring, forward), kept, sources: [...self, ...forward.sources].slice(0, 8) };
  if (!passOn(ring, turn, next)) sendAnswer(ring, turn, forward, { ok: true, kept });
}

function answerGet(ring: RingState, turn: Turn, { kept }: Entry, { id, from, hop, version }: Forward): void {
  send(ring, turn, from, { type: 'ANSWER', re: id, ok: version !== undefined && isKept(kept, version), hops: hop });
}

function answerPut(ring: RingState, turn: Turn, entry: Entry, forward: Forward): void {
  const taking = takeBytes(ring, turn, entry, forward);
  if (taking !== 'later') answerOffer(ring, turn, forward, taking === 'here', ring.files.isDiskFull ? 'disk-full' : undefined);
}

/** Who leaves keeps what it has until the owners have that: nothing takes its place here. */
function fillHere(ring: RingState, turn: Turn, entry: Entry, forward: Forward): void {
  if (!isOwner(ring, forward.name)) return fillOnward(ring, turn, forward, false);
  const taking = takeBytes(ring, turn, entry, forward);
  if (taking !== 'later') fillOnward(ring, turn, forward, taking === 'here');
}

/** Straight to the origin, wherever the walk has come to. */
function sendAnswer(ring: RingState, turn: Turn, { request, origin, hop }: Forward, body: Pick<Answer, 'ok' | 'kept'>): void {
  if (isReachable(ring, origin)) send(ring, turn, origin, { type: 'ANSWER', re: request, hops: hop, ...body });
}

function onward(ring: RingState, forward: Forward): Body<'FORWARD'> {
  const { request, origin, op, mode, name, hop, hopsMax, deadlineMs, visited, version, digest, size, sources, value, ballot, fast, kept } = forward;
  return {
    type: 'FORWARD',
    request,
    origin,
    op,
    mode,
    name,
    hop: hop + 1,
    hopsMax,
    deadlineMs,
    visited: [...visited, ring.self.nodeId],
    sources,
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    ...(size === undefined ? {} : { size }),
    ...(value === undefined ? {} : { value }),
    ...(ballot === undefined ? {} : { ballot }),
    ...(fast === undefined ? {} : { fast }),
    ...(kept === undefined ? {} : { kept }),
  };
}
