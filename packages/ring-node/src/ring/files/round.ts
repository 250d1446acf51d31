import type { Accepted, Branched, PromiseMessage, RegisterMessage } from '@coring/protocol';
import { sawClock } from '../clock.js';
import { isAsleep, isReachable, suspect } from '../membership/reachable.js';
import { wake } from '../membership/sleepers.js';
import type { Body } from '../body.js';
import type { BytesAt } from '../effect.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { Op } from './op.js';
import { isAwakeQuorum, isQuorum, nodesWith } from './quorum.js';
import type { Reply, Scope } from './scope.js';

/** A node that has not answered for so long is not waited for in this round. */
export const ANSWER_MS = 500;
/** How often an operation that waits looks at the clock. */
const LOOK_MS = 100;

/** Begins a new round of messages: what comes in answer to earlier ones is passed over from now on. */
export function newRound(ring: RingState, turn: Turn, op: Op): void {
  forgetCalls(ring, op);
  op.round++;
  op.replies = new Map();
  op.awaited = new Map();
  op.attachedTo.clear();
  setTimer(ring.timers, { type: 'round-late', key: op.ref }, turn.nowMs + LOOK_MS);
}

/**
 * Asks one node. It is waited for only if it can be reached, or woken where there is no majority without: an answer counts all the same. What is to be
 * taken in starts one that sleeps, too.
 */
export function ask<T extends 'QUERY' | 'PREPARE' | 'ACCEPT' | 'BRANCH'>(ring: RingState, turn: Turn, op: Op, node: string, body: Body<T>, bytes?: BytesAt): void {
  const id = send(ring, turn, node, body, bytes);
  ring.files.calls.set(id, { type: 'op', ref: op.ref, node, round: op.round, what: 'reply' });
  op.calls.add(id);
  if (isReachable(ring, node) || (isAsleep(ring, node) && !isAwakeQuorum(ring, op.scope!.epochs))) op.awaited.set(node, turn.nowMs);
  wake(ring, turn, node);
}

export function askAll<T extends 'QUERY' | 'PREPARE'>(ring: RingState, turn: Turn, op: Op, nodes: readonly string[], body: Body<T>): void {
  for (const node of nodes) if (node !== ring.self.nodeId) ask(ring, turn, op, node, body);
}

/** Takes an answer in. */
export function takeReply(ring: RingState, turn: Turn, op: Op, node: string, message: PromiseMessage | Accepted | RegisterMessage | Branched): void {
  const { result, ready, floor, epoch, promised } = message;
  const register = 'register' in message ? message.register : undefined;
  const committed = 'committed' in message ? message.committed : undefined;
  const incoming = 'incoming' in message && message.incoming;
  op.awaited.delete(node);
  op.replies.set(node, {
    result,
    ready,
    floor,
    epoch,
    ...(promised === undefined ? {} : { promised }),
    ...(register === undefined ? {} : { register }),
    ...(committed === undefined ? {} : { committed }),
    ...(incoming ? { incoming } : {}),
  });
  const stamps = [promised, register?.promised, register?.value?.version, ...(register?.branches ?? []).map(({ version }) => version)];
  for (const stamp of stamps) if (stamp !== undefined) sawClock(ring, turn, stamp.time);
}

/** Stops waiting for those that are silent, and has them looked after. Looks again later while anybody is left. */
export function lookAtClock(ring: RingState, turn: Turn, op: Op): void {
  for (const [node, sinceMs] of op.awaited) {
    if (isWaitedFor(ring, turn, op, node, sinceMs)) continue;
    op.awaited.delete(node);
    suspect(ring, turn, node, `silent about ${op.name}`);
  }
  setTimer(ring.timers, { type: 'round-late', key: op.ref }, turn.nowMs + LOOK_MS);
}

/** One that has gone to sleep since it was asked may have heard nothing: where it cannot be done without it is dialled, and asked again in another round. */
function isWaitedFor(ring: RingState, turn: Turn, { scope, weakAtMs }: Op, node: string, sinceMs: number): boolean {
  if (!isAsleep(ring, node)) return turn.nowMs - sinceMs < ANSWER_MS && isReachable(ring, node);
  if (isAwakeQuorum(ring, scope!.epochs)) return false;
  wake(ring, turn, node);
  return turn.nowMs < weakAtMs;
}

export function forgetCalls(ring: RingState, op: Op): void {
  for (const id of op.calls) ring.files.calls.delete(id);
  op.calls.clear();
  clearTimer(ring.timers, { type: 'round-late', key: op.ref });
}

/** Whether a newer epoch is in force than the one that this round reckons with. */
export function isStale({ placement, mutations }: RingState, { scope, replies }: Op): boolean {
  if (mutations.has('no-fence')) return false;
  return placement.newest > scope!.newest || [...replies.values()].some(({ epoch }) => epoch > scope!.newest);
}

/** Whether a quorum may still come together from those that said yes and those that may yet. */
export function isPossible(ring: RingState, op: Op, epochs: Scope['epochs'], more: Iterable<string> = []): boolean {
  return isQuorum(ring, epochs, new Set([...nodesWith(op.replies, 'ok'), ...op.awaited.keys(), ...more]));
}

/** Why a round came to nothing. */
export function failure({ replies }: Op): 'nack' | 'full' | 'noquorum' {
  const results = new Set(Array.from(replies.values(), ({ result }: Reply) => result));
  return results.has('nack') ? 'nack' : results.has('full') ? 'full' : 'noquorum';
}
