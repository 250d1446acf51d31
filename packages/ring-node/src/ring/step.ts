import { sawClock } from './clock.js';
import { onCheck } from './check/on-check.js';
import { onCheckDue, onCheckUrgent } from './check/on-check-due.js';
import { onHopAcknowledged, onHopLate, onLapLate } from './check/hop.js';
import type { Effect } from './effect.js';
import { onFilesInput, onFilesMessage, onFilesTimer } from './files/on-files.js';
import type { Input } from './input.js';
import { onRoom } from './files/full-disk.js';
import { onGossip } from './membership/gossip.js';
import { onHealDue } from './membership/heal.js';
import { noteLateness } from './membership/health.js';
import { onJoin, onJoinAsked, onRefused, onWelcome } from './membership/on-join.js';
import { onLeave, onLeaveAsked, onLeaveLate, onOperate } from './membership/on-leave.js';
import { onAck, onPing, onPingLate, onPingReq, onProbeDue, onReprobe, onUnsent } from './membership/probing.js';
import { onRoster } from './membership/on-roster.js';
import { onEpochDue } from './placement/propose.js';
import type { RingState } from './state.js';
import type { Surroundings } from './surroundings.js';
import { takeDue, type Timer } from './timers.js';
import { Turn } from './turn.js';

/**
 * Everything that a node does: takes one input, changes the state in place, and returns what the shell has to carry out, in order.
 * Equal states, inputs and surroundings give equal effects: no clock, no chance and no I/O in here.
 */
export function step(ring: RingState, input: Input, surroundings: Surroundings): Effect[] {
  const turn = new Turn(surroundings);
  switch (input.type) {
    case 'tick':
      for (let due = takeDue(ring.timers, turn.nowMs); due !== undefined; due = takeDue(ring.timers, turn.nowMs)) {
        noteLateness(ring.membership, due.lateMs);
        onTimer(ring, due.timer, due.lateMs, turn);
      }
      break;
    case 'message':
      onMessage(ring, input, turn);
      break;
    case 'unsent':
      onUnsent(ring, input.messageId, turn);
      onHopLate(ring, input.messageId, turn);
      onFilesInput(ring, input, turn);
      break;
    case 'join':
      onJoinAsked(ring, input.address, turn);
      break;
    case 'leave':
      onLeaveAsked(ring, input, turn);
      break;
    case 'operate':
      onOperate(ring, input, turn);
      break;
    case 'figures':
      ring.check.figures = { files: input.files, bytes: input.bytes, freeBytes: input.freeBytes };
      break;
    case 'load':
      ring.files.pace.clientBytes = input.bytesPerSecond;
      break;
    case 'room':
      onRoom(ring, turn, input.isFull);
      break;
    case 'uploading':
    case 'given-up':
    case 'request':
    case 'cancel':
    case 'loaded':
    case 'scanned':
    case 'digested':
    case 'fetched':
    case 'unfetched':
    case 'damaged':
      onFilesInput(ring, input, turn);
      break;
  }
  return turn.effects;
}

function onMessage(ring: RingState, { message, seenAddress, token }: Extract<Input, { type: 'message' }>, turn: Turn): void {
  sawClock(ring, turn, message.clock);
  if (!onGossip(ring, message, turn)) return token === undefined ? undefined : turn.save({ do: 'discard', token });
  switch (message.type) {
    case 'JOIN':
      return onJoin(ring, message, seenAddress, turn);
    case 'WELCOME':
      return onWelcome(ring, message, turn);
    case 'REFUSED':
      return onRefused(ring, message, turn);
    case 'PING':
      return onPing(ring, message, turn);
    case 'PING-REQ':
      return onPingReq(ring, message, turn);
    case 'ACK':
      onAck(ring, message, turn);
      onHopAcknowledged(ring, message, turn);
      return onFilesMessage(ring, message, turn);
    case 'CHECK':
      return onCheck(ring, message, turn);
    case 'ROSTER':
      return onRoster(ring, message, turn);
    case 'LEAVE':
      return onLeave(ring, message, turn);
    default:
      return onFilesMessage(ring, message, turn, token);
  }
}

function onTimer(ring: RingState, timer: Timer, lateMs: number, turn: Turn): void {
  switch (timer.type) {
    case 'probe':
      return onProbeDue(ring, lateMs, turn);
    case 'ping-late':
      return onPingLate(ring, timer.key, turn);
    case 'reprobe':
      return onReprobe(ring, timer.key, turn);
    case 'heal':
      return onHealDue(ring, turn);
    case 'check-due':
      return onCheckDue(ring, turn);
    case 'check-urgent':
      return onCheckUrgent(ring, turn);
    case 'hop-late':
      return onHopLate(ring, timer.key, turn);
    case 'lap-late':
      return onLapLate(ring, timer.key, turn);
    case 'epoch-due':
      return onEpochDue(ring, turn);
    case 'leave-late':
      return onLeaveLate(ring, turn);
    default:
      return onFilesTimer(ring, timer, turn);
  }
}
