import { type Answer, type Forward, SMALL_BYTES_MAX } from '@coring/protocol';
import type { BytesAt } from '../effect.js';
import { isReachable } from '../membership/reachable.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { aForward, tellForward } from './forward.js';
import type { Op } from './op.js';
import { ask, isStale } from './round.js';
import type { Scope } from './scope.js';
import { fetchBytes } from './staging.js';
import { transferMs } from './transfer-time.js';
import { isSame } from './version.js';

/** Another FORWARD is sent where none was answered for so long: one of the two may be lost, and a second one costs nothing. */
const REPEAT_MS = 1_000;
/** So often bytes are offered to one node before it counts as unable to take them. */
const ATTEMPTS_MAX = 4;

/** Asks a node to fetch the bytes of an operation: the upload staged here, or a version that others keep. */
export function offer(ring: RingState, turn: Turn, op: Op, node: string): void {
  const before = op.bytes.get(node);
  const attempts = (before?.attempts ?? 0) + 1;
  const sources = sourcesFor(ring, op, node);
  const content = op.value ?? (op.write?.op === 'put' ? op.write : undefined);
  if (content === undefined || sources.length === 0 || attempts > ATTEMPTS_MAX || !isReachable(ring, node)) {
    op.bytes.set(node, { ...before, state: 'failed', sinceMs: turn.nowMs, attempts });
    return;
  }
  const { digest, size } = content;
  // Bytes may take longer than the operation: the next one on this name finds them there.
  const forward = aForward(ring, { op: 'PUT', name: op.name, deadlineMs: transferMs(size), digest, size, sources });
  const id = send(ring, turn, node, forward);
  tellForward(turn, forward, ring.self.nodeId, node);
  ring.files.calls.set(id, { type: 'op', ref: op.ref, node, round: op.round, what: 'bytes' });
  op.transfers.add(id);
  op.bytes.set(node, { state: 'asked', sinceMs: turn.nowMs, attempts });
}

/** Fetches the bytes of the value to this node itself. */
export function offerHere(ring: RingState, turn: Turn, op: Op): void {
  const { nodeId } = ring.self;
  const { name } = op;
  const { digest, size } = op.value!;
  const attempts = (op.bytes.get(nodeId)?.attempts ?? 0) + 1;
  const fetching = attempts > ATTEMPTS_MAX ? undefined : fetchBytes(ring, turn, { name, digest, size, sources: sourcesFor(ring, op, nodeId), asked: [] }, transferMs(size));
  op.bytes.set(nodeId, { state: fetching === undefined ? 'failed' : 'asked', sinceMs: turn.nowMs, attempts });
}

/** Offers the upload of a PUT to all that should hold it and have not been asked, or were asked in vain. Small bytes go with later messages. */
export function offerAll(ring: RingState, turn: Turn, op: Op): void {
  dropOthersTransfers(op);
  if (op.write?.op !== 'put') return;
  op.value = op.minted;
  op.bytes.set(ring.self.nodeId, { state: 'here', sinceMs: turn.nowMs, attempts: 0 });
  if (isSmall(op.write)) return;
  for (const node of takers(ring, op.scope!)) {
    const { state, code } = op.bytes.get(node) ?? {};
    if (state !== 'here' && state !== 'asked' && code !== 'disk-full' && isReachable(ring, node)) offer(ring, turn, op, node);
  }
}

/** Where another version was proposed than the operation's own, what is on its way of one is not taken for the other's. */
export function dropOthersTransfers(op: Op): void {
  if (op.value !== undefined && !isSame(op.value.version, op.minted?.version)) op.bytes = new Map();
}

/** Who is to take the bytes of an upload. With copies on every node, those that do not vote get theirs by the lap. */
export function takers({ settings }: RingState, { targets, owners }: Scope): Set<string> {
  return new Set([...targets, ...(settings?.copies === 0 ? [] : owners)]);
}

/** Hands the value of an operation to a node: at once where its bytes are there or can go with it, else after them. */
export function deliver(ring: RingState, turn: Turn, op: Op, node: string): void {
  const value = op.value!;
  const transfer = op.bytes.get(node)?.state;
  // Messages name the newest epoch known: one of a round that does not reckon with it would pass the fence.
  const isOff = op.path === 'BRANCH' ? !op.branchTo.includes(node) : isStale(ring, op) || !op.scope!.targets.includes(node);
  if (isOff) return;
  const isThere = value.deleted || op.holders.has(node) || transfer === 'here';
  const bytes = isThere ? undefined : attachment(ring, op, node);
  if (isThere || bytes !== undefined) {
    if (op.path === 'BRANCH') ask(ring, turn, op, node, { type: 'BRANCH', name: op.name, value }, bytes);
    else ask(ring, turn, op, node, { type: 'ACCEPT', name: op.name, ...(op.phase === 'fast' ? { base: op.footing!.base } : { ballot: op.ballot! }), value }, bytes);
  } else if (transfer !== 'asked') offer(ring, turn, op, node);
}

/** A node has fetched the bytes, or could not. */
export function takeTransfer(ring: RingState, turn: Turn, op: Op, node: string, { ok, code }: Pick<Answer, 'ok' | 'code'>): void {
  const before = op.bytes.get(node);
  if (before?.state !== 'asked') return;
  if (ok) {
    op.bytes.set(node, { ...before, state: 'here' });
    if (isDelivering(op)) deliver(ring, turn, op, node);
    return;
  }
  op.bytes.set(node, { ...before, state: 'failed', ...(code === undefined ? {} : { code }) });
  // The upload's token is gone once its bytes have become those of a version.
  if (code !== 'disk-full' && op.minted !== undefined) offer(ring, turn, op, node);
}

/** A node that was thought to have the bytes has them not; or it could not take those that were sent along. */
export function onMissing(ring: RingState, turn: Turn, op: Op, node: string): void {
  op.holders.delete(node);
  if (op.attachedTo.has(node) || !isSmall(op.value!)) offer(ring, turn, op, node);
  else deliver(ring, turn, op, node);
}

/** The small bytes of an operation's value, to go with a message; undefined where they have been sent to that node, or are not here. */
export function attachment(ring: RingState, op: Op, node: string): BytesAt | undefined {
  const { name, value, write } = op;
  if (value === undefined || !isSmall(value) || !op.holders.has(ring.self.nodeId) || op.attachedTo.has(node)) return undefined;
  op.attachedTo.add(node);
  const isUpload = write?.op === 'put' && isSame(value.version, op.minted?.version);
  return { name, version: value.version, ...(isUpload ? { token: write.token } : {}) };
}

/** Whether bytes go with messages, and nobody has to come for them. */
export function isSmall({ size }: { readonly size: number }): boolean {
  return size <= SMALL_BYTES_MAX;
}

/** Offers again what was not answered; gives up on nodes that cannot be reached. */
export function lookAtTransfers(ring: RingState, turn: Turn, op: Op): void {
  for (const [node, transfer] of op.bytes) {
    if (transfer.state !== 'asked' || node === ring.self.nodeId) continue;
    if (!isReachable(ring, node)) op.bytes.set(node, { ...transfer, state: 'failed' });
    else if (turn.nowMs - transfer.sinceMs >= REPEAT_MS) repeat(ring, turn, op, node);
  }
}

export function nodesWithBytes(op: Op): string[] {
  return [...op.bytes].filter(([, { state }]) => state === 'here').map(([node]) => node);
}

export function nodesTaking(op: Op): string[] {
  return [...op.bytes].filter(([, { state }]) => state === 'asked').map(([node]) => node);
}

function repeat(ring: RingState, turn: Turn, op: Op, node: string): void {
  const { attempts } = op.bytes.get(node)!;
  op.bytes.set(node, { state: 'asked', sinceMs: turn.nowMs, attempts: attempts - 1 });
  offer(ring, turn, op, node);
}

function isDelivering({ phase }: Op): boolean {
  return phase === 'accepting' || phase === 'settling' || phase === 'branching';
}

function sourcesFor(ring: RingState, op: Op, node: string): Forward['sources'] {
  const self = ring.self.nodeId;
  const version = op.value?.version;
  if (version !== undefined) return [...op.holders].filter((holder) => holder !== node).map((nodeId) => ({ nodeId, version }));
  return op.write?.op === 'put' && op.minted === undefined ? [{ nodeId: self, token: op.write.token }] : [];
}
