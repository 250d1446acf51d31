import type { ErrorCode } from '@coring/protocol';
import { ringHealth } from '../check/health.js';
import type { ClientAnswer, ClientRequest, Receipt } from '../client-request.js';
import type { BytesAt } from '../effect.js';
import { copiesWanted, newestEpoch } from '../placement/owners.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { travelMs } from './transfer-time.js';

/** An answer leaves so long before the client stops waiting, in milliseconds. */
const MARGIN_MS = 20;

const messages: Partial<Record<ErrorCode, string>> = {
  'not-found': 'there is no such file',
  'precondition-failed': 'the file is not what the request expected',
  unavailable: 'no node that can be reached could do it in time; nothing was changed',
  'not-strong': 'a majority of the owners cannot be reached',
  'outcome-unknown': 'the request may or may not take effect; repeat it with the same Idempotency-Key',
  'not-joined': 'this node belongs to no ring yet',
  stopping: 'this node has left its ring',
  'disk-full': 'the disk of this node, or of the owners, is full',
};

/** Takes a client's request in: from now on it is answered exactly once, by its deadline. */
export function takeRequest(ring: RingState, turn: Turn, request: ClientRequest): void {
  const forBytesMs = request.op === 'put' ? travelMs(request.size) : 0;
  const endsAtMs = turn.nowMs + Math.max(1, request.deadlineMs + forBytesMs - MARGIN_MS);
  ring.files.clients.set(request.ref, { request, startedAtMs: turn.nowMs, endsAtMs });
  if (!ring.mutations.has('no-deadline')) setTimer(ring.timers, { type: 'deadline', key: request.ref }, endsAtMs);
}

/** Answers a client; a second answer, or one to a client that has gone, is dropped. */
export function answerClient(ring: RingState, turn: Turn, ref: string, answer: ClientAnswer, bytes?: BytesAt): void {
  if (forgetClient(ring, ref)) turn.effects.push({ type: 'answer', ref, answer, ...(bytes === undefined ? {} : { bytes }) });
}

export function failClient(ring: RingState, turn: Turn, ref: string, code: ErrorCode, receipt?: Receipt): void {
  answerClient(ring, turn, ref, { type: 'failed', code, message: messages[code] ?? code, ...(receipt === undefined ? {} : { receipt }) });
}

export function forgetClient({ files, timers }: RingState, ref: string): boolean {
  clearTimer(timers, { type: 'deadline', key: ref });
  return files.clients.delete(ref);
}

/** `nodes`: those known to have it durable. No more copies are counted than are wanted. */
export function receiptFor(ring: RingState, grade: 'strong' | 'weak', nodes: Iterable<string>, hops: number): Receipt {
  const epoch = newestEpoch(ring);
  const wanted = epoch === undefined ? 1 : copiesWanted(epoch);
  const holders = [...nodes];
  return { grade, copies: Math.min(holders.length, wanted), wanted, nodes: holders, hops, epoch: ring.placement.newest, health: ringHealth(ring) };
}
