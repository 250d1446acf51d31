import type { Answer, Forward, Message } from '@coring/protocol';
import type { Input } from '../input.js';
import type { RingState } from '../state.js';
import type { Timer } from '../timers.js';
import type { Turn } from '../turn.js';
import { dropAttached, stageAttached } from './attached.js';
import { entryOf, entryOrWait, takeLoaded } from './cache.js';
import { onCommit, onTellDue } from './chosen.js';
import { onLooked } from './clean.js';
import { takeRequest } from './clients.js';
import { onFilled } from './copies.js';
import { onDamaged } from './damaged.js';
import { advance, onBytesHere, onOffered, onOpUnsent, onReply, onRetry, onRoundLate } from './drive.js';
import type { Entry, Fetching, Waiting } from './files-state.js';
import { askedAgain } from './incoming.js';
import { takeGiven } from './given.js';
import { onListed, onListLate, onListScanned, onListUnsent, sendListed, serveList } from './list.js';
import { admit, onCancel, onDeadline } from './on-client.js';
import { fillOnward, onForward } from './on-forward.js';
import { onRegisterMessage } from './on-register.js';
import type { Op } from './op.js';
import { sendSynced, serveSync } from './pages.js';
import { goOnReaping, onReap, onReaped } from './reap.js';
import { onRelayAcknowledged, onRelayLate } from './relay.js';
import { takeScan } from './scans.js';
import { onSearchAnswered, onSearchLate } from './serve.js';
import { answerOffer, isTakenIn, onFetched, onUnfetched, onWithdrawn, settleFetch } from './staging.js';
import { onSurplusDigested, onSurplusPage, onSurplusScanned } from './surplus.js';
import { onPatrolled, onSweep, sweepName } from './sweep.js';
import { goOn as goOnSyncing, onCopied, onDigested, onSynced, onSyncDue, takeOver } from './sync.js';
import { onUploading, onUploadOffered, withdrawUpload } from './uploads.js';

/** What the shell has to say about files: clients, the disk, messages that could not be sent. */
export function onFilesInput(ring: RingState, input: Input, turn: Turn): void {
  switch (input.type) {
    case 'uploading':
      return onUploading(ring, turn, input);
    case 'given-up':
      return withdrawUpload(ring, turn, input.name, input.token);
    case 'request':
      takeRequest(ring, turn, input.request);
      return admit(ring, turn, input.request);
    case 'cancel':
      return onCancel(ring, turn, input.ref);
    case 'loaded':
      for (const waiting of takeLoaded(ring, input)) goOn(ring, turn, input.name, waiting);
      return;
    case 'scanned':
      return onScanned(ring, turn, input);
    case 'digested':
      return onDigests(ring, turn, input);
    case 'fetched':
      return afterFetch(ring, turn, onFetched(ring, turn, input), true);
    case 'unfetched':
      return afterFetch(ring, turn, onUnfetched(ring, input), false, input.code);
    case 'damaged':
      return onDamaged(ring, turn, input.name, input.version);
    case 'unsent':
      return onUnsent(ring, turn, input.messageId);
    default:
      return;
  }
}

/** What other nodes say about files. */
export function onFilesMessage(ring: RingState, message: Message, turn: Turn, token?: string): void {
  switch (message.type) {
    case 'PREPARE':
    case 'ACCEPT':
    case 'QUERY':
    case 'BRANCH':
    case 'REAP':
    case 'FORWARD': {
      const entry = entryOrWait(ring, turn, message.name, { type: 'message', message, token });
      if (entry === undefined) return;
      if (token !== undefined) stageAttached(ring, turn, message, token);
      if (message.type === 'REAP') onReap(ring, turn, entry, message);
      else if (message.type !== 'FORWARD') onRegisterMessage(ring, turn, entry, message);
      else if (onForward(ring, turn, entry, message) === 'home') onHome(ring, turn, message);
      if (token !== undefined) dropAttached(ring, turn, message, token);
      return;
    }
    case 'PROMISE':
    case 'ACCEPTED':
    case 'REGISTER':
    case 'BRANCHED': {
      const call = takeCall(ring, message.re);
      if (token !== undefined && !takeGiven(ring, turn, message, call, token)) turn.save({ do: 'discard', token });
      if (call?.type === 'op') onReply(ring, turn, message, call);
      return;
    }
    case 'COMMIT':
      return onCommit(ring, turn, message);
    case 'WITHDRAW':
      return onWithdrawn(ring, turn, message);
    case 'ANSWER':
      return onAnswer(ring, turn, message);
    case 'ACK':
      return onRelayAcknowledged(ring, message.re);
    case 'SYNC':
      return serveSync(ring, turn, message);
    case 'SYNCED': {
      const call = takeCall(ring, message.re);
      if (call?.type !== 'page') return;
      return call.purpose === 'sync' ? onSynced(ring, turn, message) : onSurplusPage(ring, turn, message);
    }
    case 'REAPED': {
      const call = takeCall(ring, message.re);
      return call?.type === 'reap' ? onReaped(ring, turn, message, call) : undefined;
    }
    case 'LIST':
      return serveList(ring, turn, message);
    case 'LISTED':
      return onListed(ring, turn, message);
    default:
      return;
  }
}

export function onFilesTimer(ring: RingState, timer: Timer, turn: Turn): void {
  switch (timer.type) {
    case 'round-late':
      onRoundLate(ring, turn, timer.key);
      return onListLate(ring, turn, timer.key);
    case 'retry':
      return onRetry(ring, turn, timer.key);
    case 'deadline':
      return onDeadline(ring, turn, timer.key);
    case 'upload-due': {
      const request = askedAgain(ring, turn, timer.key);
      return request === undefined ? undefined : admit(ring, turn, request);
    }
    case 'forward-late':
      if (!onRelayLate(ring, turn, timer.key)) onSearchLate(ring, turn, timer.key);
      return;
    case 'tell':
      return onTellDue(ring, turn);
    case 'sweep':
      return onSweep(ring, turn);
    case 'sync':
    case 'sync-late':
      return onSyncDue(ring, turn);
    default:
      return;
  }
}

/** The register that something waited for is here. */
function goOn(ring: RingState, turn: Turn, name: string, waiting: Waiting): void {
  const entry = (): Entry | undefined => entryOrWait(ring, turn, name, waiting);
  switch (waiting.type) {
    case 'request':
      return admit(ring, turn, waiting.request);
    case 'message':
      return onFilesMessage(ring, waiting.message, turn, waiting.token);
    case 'sweep':
      return sweepName(ring, turn, name, waiting.merge);
    case 'chosen':
      return onCommit(ring, turn, { chosen: [{ name, seen: waiting.seen }] });
    case 'reap':
      return goOnReaping(ring, turn, name);
    case 'damaged':
      return onDamaged(ring, turn, name, waiting.version);
    case 'settle': {
      const here = entry();
      if (here !== undefined) afterFetch(ring, turn, settleFetch(ring, turn, here, waiting.fetch), true);
      return;
    }
    case 'copy': {
      const here = entry();
      if (here === undefined) return;
      takeOver(ring, turn, name, here, waiting.view, waiting.isRefresh);
      return onCopied(ring, turn, name, here, waiting.run);
    }
  }
}

/** Bytes are staged, or cannot be had: whoever waits for them hears it. */
function afterFetch(ring: RingState, turn: Turn, fetching: Fetching | undefined, ok: boolean, code?: string): void {
  if (fetching === undefined) return;
  const { isDiskFull } = ring.files;
  const entry = entryOf(ring, fetching.name);
  for (const forward of fetching.asked) {
    const isHere = ok && !isDiskFull && isTakenIn(ring, entry!, forward);
    if (forward.mode === 'fill') fillOnward(ring, turn, forward, isHere);
    else answerOffer(ring, turn, forward, isHere, isDiskFull ? 'disk-full' : code);
  }
  onBytesHere(ring, turn, fetching.name);
  goOnSyncing(ring, turn);
}

/** A page from the store, for whoever asked. */
function onScanned(ring: RingState, turn: Turn, input: Extract<Input, { type: 'scanned' }>): void {
  const scan = takeScan(ring, input);
  switch (scan?.type) {
    case 'patrol':
      return onPatrolled(ring, turn, input);
    case 'unmerged':
      return onLooked(ring, turn, scan.look, input);
    case 'list':
      return onListScanned(ring, turn, scan, input);
    case 'listed':
      return sendListed(ring, turn, scan, input.entries, input.more);
    case 'synced':
      return sendSynced(ring, turn, scan, input);
    case 'surplus':
      return onSurplusScanned(ring, turn, scan.look, input);
    default:
      return;
  }
}

function onDigests(ring: RingState, turn: Turn, input: Extract<Input, { type: 'digested' }>): void {
  const scan = takeScan(ring, input);
  if (scan?.type === 'sync-digests') onDigested(ring, turn, scan.ref, input);
  else if (scan?.type === 'surplus-digests') onSurplusDigested(ring, turn, scan.ref, input);
}

function onAnswer(ring: RingState, turn: Turn, answer: Answer): void {
  const call = takeCall(ring, answer.re);
  if (call?.type === 'op') onOffered(ring, turn, answer, call);
  else if (call?.type === 'search') onSearchAnswered(ring, turn, call.ref, answer);
  else if (call?.type === 'upload') onUploadOffered(ring, call, answer);
  else if (call?.type === 'fill') lapEnded(ring, turn, ring.files.ops.get(call.ref), answer);
}

/** A walk or lap of this node's has gone all the way round. */
function onHome(ring: RingState, turn: Turn, forward: Forward): void {
  const call = takeCall(ring, forward.request);
  if (call?.type === 'fill') lapEnded(ring, turn, ring.files.ops.get(call.ref), forward);
  else if (call?.type === 'search') onSearchAnswered(ring, turn, call.ref, { from: forward.from, ok: false, hops: forward.hop });
}

function lapEnded(ring: RingState, turn: Turn, op: Op | undefined, lap: Pick<Forward, 'kept'>): void {
  if (op === undefined) return;
  onFilled(op, lap);
  advance(ring, turn, op);
}

function onUnsent(ring: RingState, turn: Turn, messageId: string): void {
  if (onRelayLate(ring, turn, messageId)) return;
  const call = takeCall(ring, messageId);
  if (call?.type === 'op') onOpUnsent(ring, turn, call);
  else if (call?.type === 'search') onSearchLate(ring, turn, call.ref);
  else if (call?.type === 'upload') onUploadOffered(ring, call, { ok: false, code: 'unsent' });
  else if (call?.type === 'list') onListUnsent(ring, turn, call);
}

function takeCall({ files }: RingState, id: string): ReturnType<typeof files.calls.get> {
  const call = files.calls.get(id);
  files.calls.delete(id);
  return call;
}
