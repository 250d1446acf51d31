import type { Leave, Member } from '@coring/protocol';
import { urgentCheck } from '../check/urgent-check.js';
import { saveSelf } from '../clock.js';
import type { Input } from '../input.js';
import { isDrained } from '../placement/drained.js';
import { send } from '../send.js';
import { dropRoster } from '../persisted.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { adopt } from './adopt.js';
import { maySleep } from './may-sleep.js';
import { nextOf, previousOf } from './order.js';
import { ownRecord } from './own.js';
import { reachableNodes } from './reachable.js';

/** Whether a node that leaves for good is drained is looked at so often. */
const DRAINED_LOOK_MS = 500;
/** A lap that began longer ago may have missed an epoch. */
const CONFIRMED_MS = 1_000;
/** Draining that takes longer than this is told, again and again: nothing is given up for it. */
const DRAINING_WARN_MS = 60_000;

type LeaveMode = Leave['mode'];

export function onLeaveAsked(ring: RingState, { mode, wakeAfterMs }: Extract<Input, { type: 'leave' }>, turn: Turn): void {
  const { self } = ring;
  if (self.phase === 'gone') return;
  const isAlone = self.ringId === undefined || isLast(ring);
  if (mode === 'sleep' && !maySleep(ring)) return;
  if (mode === 'for-good' && !isAlone) return startLeaving(ring, turn);
  // A ring of one has nobody to drain to: its files stay with it.
  if (self.ringId !== undefined) sayGoodbye(ring, { ...ownRecord(ring), ...(mode === 'sleep' ? { state: 'asleep', ...(wakeAfterMs === undefined ? {} : { wakeAfterMs }) } : { state: 'down', away: true }) }, mode, turn);
  self.phase = 'gone';
  turn.emit({ type: 'left', mode });
}

/** Begins to leave for good: placement goes on without this node, which stays until its copies are elsewhere. */
export function startLeaving(ring: RingState, turn: Turn): void {
  const { self, membership } = ring;
  if (self.phase !== 'in') return;
  self.phase = 'leaving';
  membership.leavingSinceMs = turn.nowMs;
  sayGoodbye(ring, ownRecord(ring), 'for-good', turn);
  setTimer(ring.timers, { type: 'leave-late' }, turn.nowMs + DRAINED_LOOK_MS);
  urgentCheck(ring, turn);
}

/** Looks whether everything that was here is elsewhere now. */
export function onLeaveLate(ring: RingState, turn: Turn): void {
  const { self, membership } = ring;
  if (self.phase !== 'leaving') return;
  const isConfirmed = ring.check.confirmedMs >= Math.max(membership.leavingSinceMs!, turn.nowMs - CONFIRMED_MS);
  if (isDrained(ring) && isConfirmed) {
    // Durable before it is said: the others count it no more from then on.
    self.hasLeft = true;
    turn.save(saveSelf(ring));
    sayGoodbye(ring, { ...ownRecord(ring), state: 'left', lastEpoch: ring.placement.newest }, 'for-good', turn);
    return endMembership(ring, turn);
  }
  // An epoch that has this node in it may have been decided elsewhere: a lap that meets a majority finds out.
  if (isDrained(ring)) urgentCheck(ring, turn);
  if (turn.nowMs - membership.leavingSinceMs! >= DRAINING_WARN_MS) {
    membership.leavingSinceMs = turn.nowMs;
    turn.emit({ type: 'warning', what: `still leaving: ${whatFor(ring)}` });
  }
  setTimer(ring.timers, { type: 'leave-late' }, turn.nowMs + DRAINED_LOOK_MS);
}

/** What a node that leaves waits for. */
function whatFor({ files, membership, self }: RingState): string {
  const doesAnyStay = [...membership.roster.values()].some(({ nodeId, state }) => nodeId !== self.nodeId && state !== 'leaving' && state !== 'left');
  if (!doesAnyStay) return 'nobody stays who could take the copies: start one of those that leave again, or add a node';
  const { staying } = files.surplus;
  return `the other nodes do not have every copy yet${staying === undefined ? '' : `, of ${staying} for one`}`;
}

/** The ring is over for this node: a later start of it is that of a node without one. */
export function endMembership(ring: RingState, turn: Turn): void {
  const { self, membership, timers } = ring;
  self.phase = 'gone';
  delete self.ringId;
  clearTimer(timers, { type: 'leave-late' });
  turn.save(
    saveSelf(ring),
    ...dropRoster({ members: [...membership.roster.values()], addresses: [...membership.addresses] }),
    { do: 'delete', space: 'ring', key: 'epochs' },
    { do: 'delete', space: 'ring', key: 'vote' },
  );
  turn.emit({ type: 'left', mode: 'for-good' });
}

/** Another node goes and says so itself: nothing needs to be verified. Or an operator elsewhere wants this one to go. */
export function onLeave(ring: RingState, { from, mode, member }: Leave, turn: Turn): void {
  if (member.nodeId === ring.self.nodeId) return mode === 'for-good' ? startLeaving(ring, turn) : undefined;
  if (member.nodeId !== from) return;
  const isNeighbour = from === nextOf(ring) || from === previousOf(ring);
  adopt(ring, member, turn);
  if (isNeighbour) urgentCheck(ring, turn);
}

/** What the operator says of any node, this one or another. */
export function onOperate(ring: RingState, { ref, op, nodeId }: Extract<Input, { type: 'operate' }>, turn: Turn): void {
  const [ok, message] = op === 'leave' ? operateLeave(ring, nodeId, turn) : operateForget(ring, nodeId, turn);
  turn.effects.push({ type: 'operated', ref, ok, message });
}

type Outcome = readonly [ok: boolean, message: string];

function operateLeave(ring: RingState, nodeId: string, turn: Turn): Outcome {
  const member = ring.membership.roster.get(nodeId);
  if (member === undefined) return [false, 'no node of the ring is called so'];
  if (member.state === 'left') return [true, 'it has left already'];
  if (member.state === 'down') return [false, 'it is down and cannot hand its copies over: start it again, or say that it is to be forgotten'];
  if (nodeId === ring.self.nodeId) {
    if (reachableNodes(ring).length === 1) return [false, 'no other node can be reached that could take its copies'];
    startLeaving(ring, turn);
    return [true, 'it leaves as soon as its copies are elsewhere'];
  }
  const leaving = { ...member, state: 'leaving' } as const;
  send(ring, turn, nodeId, { type: 'LEAVE', mode: 'for-good', member: leaving });
  adopt(ring, leaving, turn);
  urgentCheck(ring, turn);
  return [true, 'it leaves as soon as its copies are elsewhere'];
}

function operateForget(ring: RingState, nodeId: string, turn: Turn): Outcome {
  const { membership, self } = ring;
  const member = membership.roster.get(nodeId);
  if (member === undefined) return [false, 'no node of the ring is called so'];
  if (nodeId === self.nodeId) return [false, 'a node cannot forget itself: let it leave'];
  if (member.forgotten === true) return [true, 'it is forgotten already'];
  if (member.state !== 'down' && member.state !== 'left') return [false, `it is ${member.state}: only a node that is down can be forgotten; let it leave`];
  const { away: _, ...rest } = member;
  adopt(ring, { ...rest, state: 'left', forgotten: true }, turn);
  urgentCheck(ring, turn);
  return [true, 'the ring goes on without it; should it come back, it is refused'];
}

/** Whether nobody else belongs to the ring any more. Others that cannot be reached just now will be there to drain to. */
function isLast({ self, membership }: RingState): boolean {
  return ![...membership.roster.values()].some(({ nodeId, state }) => nodeId !== self.nodeId && state !== 'left');
}

/** Makes the record ours and tells everybody who can be reached. */
function sayGoodbye(ring: RingState, member: Member, mode: LeaveMode, turn: Turn): void {
  adopt(ring, member, turn);
  for (const nodeId of reachableNodes(ring)) {
    if (nodeId !== ring.self.nodeId) send(ring, turn, nodeId, { type: 'LEAVE', mode, member });
  }
}
