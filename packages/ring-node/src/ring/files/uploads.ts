import type { Answer } from '@coring/protocol';
import type { Input } from '../input.js';
import { isReachable } from '../membership/reachable.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Call, Uploading } from './files-state.js';
import { aForward, tellForward } from './forward.js';
import { takers } from './offer.js';
import type { Op } from './op.js';
import { scopeOf } from './quorum.js';
import { UPLOAD_MS } from './transfer-time.js';

/** Uploads passed on while they come in, at most; those beyond are offered when they are here. */
const UPLOADS_MAX = 1_000;

/**
 * A large upload begins to come in from a client: those that are to keep it are asked to take its bytes from here as they come. About
 * ballots nothing is said before it is complete: a promise held for the length of an upload would only be in the way of others.
 */
export function onUploading(ring: RingState, turn: Turn, { name, token, size }: Extract<Input, { type: 'uploading' }>): void {
  const { files, self } = ring;
  const scope = scopeOf(ring, name);
  if (scope === undefined || files.uploads.size >= UPLOADS_MAX) return;
  const upload: Uploading = { name, token, bytes: new Map(), offers: new Map() };
  files.uploads.set(token, upload);
  for (const node of takers(ring, scope)) if (node !== self.nodeId && isReachable(ring, node)) offerUpload(ring, turn, upload, node, size);
}

/** A node has all of an upload, or gives up, before the operation has begun. */
export function onUploadOffered({ files }: RingState, { token, node }: Extract<Call, { type: 'upload' }>, { ok, code }: Pick<Answer, 'ok' | 'code'>): void {
  const before = files.uploads.get(token)?.bytes.get(node);
  if (before === undefined) return;
  files.uploads.get(token)!.bytes.set(node, { ...before, state: ok ? 'here' : 'failed', ...(code === undefined ? {} : { code }) });
}

/** The upload is complete, and what it is for begins: its transfers are the operation's from now on. */
export function takeUpUpload({ files }: RingState, turn: Turn, op: Op): void {
  const upload = op.write?.op === 'put' ? files.uploads.get(op.write.token) : undefined;
  if (upload === undefined) return;
  for (const [node, transfer] of upload.bytes) op.bytes.set(node, { ...transfer, sinceMs: turn.nowMs });
  for (const [id, node] of upload.offers) {
    if (!files.calls.has(id)) continue;
    files.calls.set(id, { type: 'op', ref: op.ref, node, round: op.round, what: 'bytes' });
    op.transfers.add(id);
  }
  upload.offers.clear();
}

/** The operation is over: what was uploaded for it has become a version, or goes. */
export function endUpload(ring: RingState, turn: Turn, { name, isTokenKept, bytes }: Op, token: string): void {
  if (isTokenKept) return void ring.files.uploads.delete(token);
  turn.save({ do: 'discard', token });
  withdrawUpload(ring, turn, name, token, bytes.keys());
}

/** The upload comes to nothing, whatever the reason: whoever was offered it lets go of it. `to`: who was asked later on. */
export function withdrawUpload(ring: RingState, turn: Turn, name: string, token: string, to: Iterable<string> = []): void {
  const { files, self } = ring;
  const upload = files.uploads.get(token);
  files.uploads.delete(token);
  for (const id of upload?.offers.keys() ?? []) files.calls.delete(id);
  for (const node of new Set([...(upload?.bytes.keys() ?? []), ...to])) if (node !== self.nodeId) send(ring, turn, node, { type: 'WITHDRAW', name, token });
}

function offerUpload(ring: RingState, turn: Turn, { name, token, bytes, offers }: Uploading, node: string, size: number | undefined): void {
  const { nodeId } = ring.self;
  const forward = aForward(ring, { op: 'PUT', name, deadlineMs: UPLOAD_MS, sources: [{ nodeId, token }], ...(size === undefined ? {} : { size }) });
  const id = send(ring, turn, node, forward);
  tellForward(turn, forward, nodeId, node);
  ring.files.calls.set(id, { type: 'upload', token, node });
  offers.set(id, node);
  bytes.set(node, { state: 'asked', sinceMs: turn.nowMs, attempts: 1 });
}
