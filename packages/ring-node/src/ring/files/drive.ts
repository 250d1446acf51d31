import type { Accepted, Answer, Branched, ErrorCode, PromiseMessage, RegisterMessage } from '@coring/protocol';
import type { ClientRequest } from '../client-request.js';
import { sendRoster } from '../membership/on-roster.js';
import { nodesThere } from '../membership/reachable.js';
import type { RingState } from '../state.js';
import { clearTimer, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { entryOf } from './cache.js';
import { note, postpone } from './care.js';
import { failClient } from './clients.js';
import { isConditional } from './conditions.js';
import { copyTo } from './copies.js';
import { isStrict } from './decide.js';
import type { Call } from './files-state.js';
import { judgeFast, startFast } from './fast.js';
import { dropGiven } from './given.js';
import { waitForUpload } from './incoming.js';
import { lookAtTransfers, onMissing, takeTransfer } from './offer.js';
import { anOp, type Next, type Op } from './op.js';
import { askFurther, judgeQuery, startQuery } from './query.js';
import { isQuorum, scopeOf } from './quorum.js';
import { forgetCalls, isStale, lookAtClock, takeReply } from './round.js';
import { noteSilent } from './silent.js';
import { answerAll, judgeSettle, startSettle } from './settle.js';
import { acceptHere, judgeAccept, judgePrepare, startAccept, startPrepare } from './strong.js';
import { endUpload, takeUpUpload } from './uploads.js';
import { judgeBranch, judgeWeigh, startBranch, startWeigh } from './weak.js';

/** How long the node's own operations may take, in milliseconds; how often they are tried, and how many may be under way. */
const MERGE_MS = 8_000;
const MERGE_TRIES_MAX = 4;
const MERGES_MAX = 32;
/** A majority that is silent, but not known to be out of reach, is asked again for so long before anything is done without it, in milliseconds. */
const PATIENCE_MS = 4_000;

/** Puts a client's operation in line for its name. Readers that wait share one read. */
export function startOp(ring: RingState, turn: Turn, request: Exclude<ClientRequest, { op: 'list' }>, endsAtMs: number): void {
  const { files } = ring;
  const { ref, op, name } = request;
  const queued = (files.queues.get(name) ?? []).map((one) => files.ops.get(one)!).find(({ kind, phase }) => kind === 'read' && phase === 'queued');
  if (op === 'get' && queued !== undefined) {
    queued.clients.push(ref);
    queued.wantsAll ||= request.headOnly;
    return;
  }
  const started = anOp(`op${files.serial++}`, op === 'get' ? 'read' : op, name, request, endsAtMs);
  takeUpUpload(ring, turn, started);
  enqueue(ring, turn, started);
}

/** Has branches merged, owners brought up to date and what is chosen told, unless the name is busy: its operations do as much. */
export function startMerge(ring: RingState, turn: Turn, name: string): void {
  const { files } = ring;
  if (files.queues.has(name) || [...files.ops.values()].filter(({ kind }) => kind === 'merge').length >= MERGES_MAX) return;
  enqueue(ring, turn, anOp(`op${files.serial++}`, 'merge', name, undefined, turn.nowMs + MERGE_MS));
}

/** Takes an operation as far as it goes without further news. */
export function advance(ring: RingState, turn: Turn, op: Op): void {
  for (let next = judge(ring, turn, op); next !== undefined; next = judge(ring, turn, op)) enter(ring, turn, op, next);
}

/** An acceptor, or a node asked for what it has, answers. */
export function onReply(ring: RingState, turn: Turn, message: PromiseMessage | Accepted | RegisterMessage | Branched, call: Extract<Call, { type: 'op' }>): void {
  const op = ring.files.ops.get(call.ref);
  if (op === undefined || call.what !== 'reply' || call.round !== op.round) return;
  const { from, result } = message;
  op.calls.delete(message.re);
  takeReply(ring, turn, op, from, message);
  if (result === 'missing' && op.phase !== 'fast') onMissing(ring, turn, op, from);
  else if (op.isProposed && result === 'ok') op.holders.add(from);
  advance(ring, turn, op);
}

/** A node says whether it has taken bytes, or a copy, in. */
export function onOffered(ring: RingState, turn: Turn, answer: Pick<Answer, 'from' | 'ok' | 'code' | 're'>, call: Extract<Call, { type: 'op' }>): void {
  const op = ring.files.ops.get(call.ref);
  if (op === undefined) return;
  op.transfers.delete(answer.re);
  if (call.what === 'copy') {
    op.awaited.delete(answer.from);
    if (answer.ok) op.copiedTo.add(answer.from);
  } else {
    takeTransfer(ring, turn, op, answer.from, answer);
    const isChosen = op.phase === 'settling' && op.isProposed && op.path === 'ACCEPT';
    if (answer.ok && isChosen && op.scope!.owners.includes(answer.from) && !op.scope!.targets.includes(answer.from)) copyTo(ring, turn, op, answer.from);
  }
  advance(ring, turn, op);
}

/** Bytes that this node lacked are here, or cannot be had: operations that wait for them go on. Beside the main line nothing is accepted by a ballot. */
export function onBytesHere(ring: RingState, turn: Turn, name: string): void {
  const self = ring.self.nodeId;
  for (const op of [...ring.files.ops.values()]) {
    if (op.name !== name || op.bytes.get(self)?.state !== 'asked' || !op.isProposed || op.path !== 'ACCEPT') continue;
    const entry = entryOf(ring, name);
    if (entry === undefined || isStale(ring, op)) op.bytes.delete(self);
    else acceptHere(ring, turn, op, entry);
    advance(ring, turn, op);
  }
}

/** A message of an operation could not be sent. */
export function onOpUnsent(ring: RingState, turn: Turn, { ref, node, round, what }: Extract<Call, { type: 'op' }>): void {
  const op = ring.files.ops.get(ref);
  if (op === undefined) return;
  if (what === 'bytes') takeTransfer(ring, turn, op, node, { ok: false, code: 'unsent' });
  else if (round === op.round) op.awaited.delete(node);
  advance(ring, turn, op);
}

export function onRoundLate(ring: RingState, turn: Turn, ref: string): void {
  const op = ring.files.ops.get(ref);
  if (op === undefined) return;
  lookAtClock(ring, turn, op);
  askFurther(ring, turn, op);
  lookAtTransfers(ring, turn, op);
  advance(ring, turn, op);
}

export function onRetry(ring: RingState, turn: Turn, ref: string): void {
  const op = ring.files.ops.get(ref);
  if (op?.phase !== 'pausing') return;
  enter(ring, turn, op, firstStep(op));
  advance(ring, turn, op);
}

/** A client's time is over: it hears how far its operation came. */
export function onOpDeadline(ring: RingState, turn: Turn, op: Op, ref: string): void {
  op.clients.splice(op.clients.indexOf(ref), 1);
  if (op.phase === 'settling' && op.outcome?.type === 'written') {
    op.clients.push(ref);
    answerAll(ring, turn, op);
  } else failClient(ring, turn, ref, op.sent || op.phase === 'branching' ? 'outcome-unknown' : 'unavailable');
  if (op.clients.length === 0 && op.phase !== 'settling') end(ring, turn, op);
  else advance(ring, turn, op);
}

/** A client has gone. What may have been sent is finished all the same. */
export function onOpCancelled(ring: RingState, turn: Turn, op: Op, ref: string): void {
  op.clients.splice(op.clients.indexOf(ref), 1);
  if (op.clients.length === 0 && !op.sent && op.phase !== 'settling') end(ring, turn, op);
}

function judge(ring: RingState, turn: Turn, op: Op): Next | undefined {
  switch (op.phase) {
    case 'querying':
      return judgeQuery(ring, turn, op);
    case 'fast':
      return judgeFast(ring, turn, op);
    case 'preparing':
    case 'gathering':
      return judgePrepare(ring, turn, op);
    case 'accepting':
      return judgeAccept(ring, op);
    case 'weighing':
      return judgeWeigh(ring, turn, op);
    case 'branching':
      return judgeBranch(ring, turn, op);
    case 'settling':
      return judgeSettle(ring, turn, op);
    case 'queued':
    case 'pausing':
    case 'ended':
      return undefined;
  }
}

function enter(ring: RingState, turn: Turn, op: Op, next: Next): void {
  switch (next) {
    case 'query':
      return startQuery(ring, turn, op);
    case 'fast':
      return startFast(ring, turn, op) ? undefined : enter(ring, turn, op, classicStep(op));
    case 'prepare':
      return startPrepare(ring, turn, op);
    case 'accept':
      return startAccept(ring, turn, op);
    case 'weigh':
      return startWeigh(ring, turn, op);
    case 'branch':
      return startBranch(ring, turn, op);
    case 'settle':
      startSettle(ring, turn, op);
      // The next operation on this name need not wait for further copies.
      return leaveQueue(ring, turn, op);
    case 'wait':
      waitForUpload(ring, turn, op);
      return end(ring, turn, op);
    case 'end':
      return end(ring, turn, op);
    case 'nack':
    case 'stale':
    case 'full':
    case 'noquorum':
      return again(ring, turn, op, next);
  }
}

/** A strong round came to nothing: another one after a random pause, or the weak path where no majority can be had. */
function again(ring: RingState, turn: Turn, op: Op, failed: 'nack' | 'stale' | 'full' | 'noquorum'): void {
  const why = failed === 'full' ? 'noquorum' : failed;
  op.tries++;
  if (op.kind === 'merge' && (why === 'noquorum' || op.tries >= MERGE_TRIES_MAX)) return end(ring, turn, op);
  if (why === 'noquorum' && (failed === 'full' || !canHaveMajority(ring, op) || turn.nowMs >= op.weakAtMs)) return goWeak(ring, turn, op);
  if (why === 'stale') {
    const [ahead] = [...op.replies].find(([, { epoch }]) => epoch > ring.placement.newest) ?? [];
    if (ahead !== undefined) sendRoster(ring, turn, ahead, true);
  }
  forgetCalls(ring, op);
  op.phase = 'pausing';
  const pauseMs = why === 'noquorum' ? 20 : 10 + turn.random() * 60 * Math.min(op.tries, 8);
  setTimer(ring.timers, { type: 'retry', key: op.ref }, turn.nowMs + pauseMs);
}

function goWeak(ring: RingState, turn: Turn, op: Op): void {
  if (op.write !== undefined && isStrict(ring, op.write)) {
    op.outcome = { type: 'failed', code: op.sent ? 'outcome-unknown' : 'not-strong' };
    // Whatever was to be accepted is not chosen, as far as anybody knows.
    op.phase = 'pausing';
    return enter(ring, turn, op, 'settle');
  }
  for (const ref of op.clients.filter((one) => ring.files.clients.get(one)?.request.requireStrong === true)) {
    op.clients.splice(op.clients.indexOf(ref), 1);
    failClient(ring, turn, ref, 'not-strong');
  }
  enter(ring, turn, op, op.write === undefined && op.clients.length === 0 ? 'end' : 'weigh');
}

/** Whether those that can be reached, or woken, could be a majority in each epoch in force. */
function canHaveMajority(ring: RingState, { scope }: Op): boolean {
  return scope !== undefined && isQuorum(ring, scope.epochs, new Set(nodesThere(ring)));
}

/** A write is tried in one round first, once. */
function firstStep(op: Op): Next {
  return op.write !== undefined && op.tries === 0 ? 'fast' : classicStep(op);
}

/** A condition, or a deletion, may come to nothing: that is asked first, without a promise. */
function classicStep({ kind, write, sent, phase }: Op): Next {
  if (sent || phase === 'querying') return 'prepare';
  return kind === 'put' && !isConditional(write!.conditions) ? 'prepare' : 'query';
}

function enqueue(ring: RingState, turn: Turn, op: Op): void {
  const { files } = ring;
  files.ops.set(op.ref, op);
  const queue = files.queues.get(op.name);
  if (queue !== undefined) queue.push(op.ref);
  else {
    files.queues.set(op.name, [op.ref]);
    begin(ring, turn, op);
  }
}

function begin(ring: RingState, turn: Turn, op: Op): void {
  const code = refusal(ring, op);
  op.weakAtMs = turn.nowMs + Math.min(PATIENCE_MS, (op.endsAtMs - turn.nowMs) / 2);
  if (code === undefined) enter(ring, turn, op, firstStep(op));
  else {
    op.outcome = { type: 'failed', code };
    enter(ring, turn, op, 'settle');
  }
  advance(ring, turn, op);
}

function refusal(ring: RingState, op: Op): ErrorCode | undefined {
  if (scopeOf(ring, op.name) === undefined) return 'not-joined';
  if (op.write?.op === 'put' && nodesThere(ring).length < (ring.settings?.minCopies ?? 1)) return 'unavailable';
  return undefined;
}

/** Lets the next operation on the name begin. */
function leaveQueue(ring: RingState, turn: Turn, op: Op): void {
  const { files } = ring;
  const queue = files.queues.get(op.name);
  const at = queue?.indexOf(op.ref) ?? -1;
  if (queue === undefined || at < 0) return;
  queue.splice(at, 1);
  if (queue.length === 0) files.queues.delete(op.name);
  else if (at === 0) begin(ring, turn, files.ops.get(queue[0]!)!);
}

function end(ring: RingState, turn: Turn, op: Op): void {
  const { files, timers } = ring;
  op.phase = 'ended';
  forgetCalls(ring, op);
  dropGiven(turn, op);
  for (const id of op.transfers) files.calls.delete(id);
  files.calls.delete(op.fillRequest);
  clearTimer(timers, { type: 'retry', key: op.ref });
  files.ops.delete(op.ref);
  if (op.write?.op === 'put') endUpload(ring, turn, op, op.write.token);
  noteSilent(ring, turn, op);
  const entry = entryOf(ring, op.name);
  if (op.kind === 'merge' && files.dirty.has(op.name)) postpone(ring, turn, op.name, 2_000);
  if (entry !== undefined && op.write !== undefined) note(ring, turn, op.name, entry);
  leaveQueue(ring, turn, op);
}
