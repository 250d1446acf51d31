import type { ErrorCode } from '@coring/protocol';
import type { ClientRequest } from '../client-request.js';
import { isGoingOver } from '../membership/going-over.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { entryOrWait } from './cache.js';
import { failClient, forgetClient } from './clients.js';
import { onOpCancelled, onOpDeadline, startOp } from './drive.js';
import { endListing, onListRequest } from './list.js';
import type { Op } from './op.js';
import { endSearch, serve } from './serve.js';
import { withdrawUpload } from './uploads.js';

/** Begins what a client asks, once the register of the name is in memory. */
export function admit(ring: RingState, turn: Turn, request: ClientRequest): void {
  const client = ring.files.clients.get(request.ref);
  const { phase } = ring.self;
  if (client === undefined || phase === 'gone' || phase === 'alone' || phase === 'joining') return turnAway(ring, turn, request, phase === 'gone' ? 'stopping' : 'not-joined');
  const isWrite = request.op === 'put' || request.op === 'delete';
  if (isWrite && isGoingOver(ring, turn)) return turnAway(ring, turn, request, 'not-joined');
  if (isWrite && ring.files.isDiskFull) return turnAway(ring, turn, request, 'disk-full');
  if (request.op === 'list') return onListRequest(ring, turn, request);
  const entry = entryOrWait(ring, turn, request.name, { type: 'request', request });
  if (entry !== undefined) startOp(ring, turn, request, client.endsAtMs);
}

export function onDeadline(ring: RingState, turn: Turn, ref: string): void {
  const op = opOf(ring, ref);
  if (op !== undefined) return onOpDeadline(ring, turn, op, ref);
  // Nothing was there when it was looked last: that is an answer, too.
  if (ring.files.readers.delete(ref)) return serve(ring, turn, ref, undefined, 'strong', []);
  stopAsking(ring, ref);
  failClient(ring, turn, ref, 'unavailable');
}

export function onCancel(ring: RingState, turn: Turn, ref: string): void {
  forgetClient(ring, ref);
  const op = opOf(ring, ref);
  if (op !== undefined) onOpCancelled(ring, turn, op, ref);
  else stopAsking(ring, ref);
}

/** Ends what is done for a client beside the registers: looking for bytes, waiting for an upload, listing. */
function stopAsking(ring: RingState, ref: string): void {
  ring.files.readers.delete(ref);
  const search = ring.files.searches.get(ref);
  if (search !== undefined) endSearch(ring, search);
  const listing = ring.files.listings.get(ref);
  if (listing !== undefined) endListing(ring, listing);
}

function opOf({ files }: RingState, ref: string): Op | undefined {
  for (const op of files.ops.values()) if (op.clients.includes(ref)) return op;
  return undefined;
}

function turnAway(ring: RingState, turn: Turn, request: ClientRequest, code: ErrorCode): void {
  if (request.op === 'put') {
    turn.save({ do: 'discard', token: request.token });
    withdrawUpload(ring, turn, request.name, request.token);
  }
  failClient(ring, turn, request.ref, code);
}
