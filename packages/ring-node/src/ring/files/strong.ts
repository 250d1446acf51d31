import type { Conflict, FileVersion, Stamp } from '@coring/protocol';
import { readClock } from '../clock.js';
import type { Change } from '../effect.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { accept, prepare } from './acceptor.js';
import { entryOf, saveEntry } from './cache.js';
import { asideOf, decide, mint } from './decide.js';
import type { Entry } from './files-state.js';
import { isKept } from './kept.js';
import { markOf } from './line.js';
import { deliver, dropOthersTransfers, isSmall, nodesTaking, nodesWithBytes, offerAll, offerHere } from './offer.js';
import type { Next, Op } from './op.js';
import { isQuorum, isTold, neededEpochs, nodesWith, scopeOf } from './quorum.js';
import { askAll, failure, isPossible, isStale, newRound } from './round.js';
import { isSame, seenOf, union } from './version.js';
import { holdersIn, isChosenByVote, isKnownChosen, lagging, type View, viewOf, voters } from './view.js';

/** First half of a strong round: a majority of the voters, in each epoch in force, promises a ballot and says what it has. */
export function startPrepare(ring: RingState, turn: Turn, op: Op): void {
  const { name } = op;
  op.phase = 'preparing';
  op.scope = scopeOf(ring, name)!;
  op.ballot = { time: readClock(ring, turn), node: ring.self.nodeId };
  op.isProposed = false;
  newRound(ring, turn, op);
  offerAll(ring, turn, op);
  askAll(ring, turn, op, op.scope.targets, { type: 'PREPARE', name, ballot: op.ballot });
  if (op.scope.targets.includes(ring.self.nodeId)) op.replies.set(ring.self.nodeId, prepare(ring, turn, name, entryOf(ring, name)!, op.ballot, op.scope.newest));
}

/** Applies the operation to what a majority has, once there is one. */
export function judgePrepare(ring: RingState, turn: Turn, op: Op): Next | undefined {
  if (isStale(ring, op)) return 'stale';
  const needed = neededEpochs(ring, op.scope!, op.replies);
  if (!isTold(ring, needed, op.replies)) return op.awaited.size > 0 && isPossible(ring, op, needed) ? undefined : failure(op);
  if (op.kind === 'merge' && op.awaited.size > 0) return undefined;
  if (op.ballot!.time <= ring.placement.floor && !ring.mutations.has('mint-across-the-floor')) return 'nack';
  op.needed = needed;
  const entry = entryOf(ring, op.name)!;
  const view = viewOf(ring, op, entry, [...op.replies.values()].filter(({ result }) => result === 'ok'));
  const decision = decide(ring, op, view.current, view.floor, 'strong');
  if (decision.type === 'mint') return judgeBytes(ring, turn, op, entry, view);
  op.outcome = decision.outcome;
  const agreeing = voters(ring, op.replies, view);
  const isVoted = isChosenByVote(ring, op, view, needed, agreeing);
  const isDecided = !view.merged && (isVoted || isKnownChosen(ring, view, op));
  const isLagging = op.kind === 'merge' && lagging(op.scope!, op.replies, view).length > 0;
  if (view.main !== undefined) op.holders = holdersIn(ring, op.replies, entry, view.main.version);
  if (decision.type === 'answer' && isDecided && !isLagging) {
    op.seen = union(view.committed, isVoted ? seenOf(view.main) : {});
    if (op.kind === 'merge') {
      op.value = view.main;
      op.height = view.height;
    }
    return 'settle';
  }
  return propose(ring, op, entry, changed(ring, turn, view, decision.type === 'rewrite', isDecided), view);
}

/** Second half: a majority accepts the value, with its bytes durable. The version made here is remembered before it is sent. */
export function startAccept(ring: RingState, turn: Turn, op: Op): void {
  const { name } = op;
  const self = ring.self.nodeId;
  const entry = entryOf(ring, name)!;
  op.phase = 'accepting';
  op.path = 'ACCEPT';
  op.isProposed = true;
  newRound(ring, turn, op);
  if (isSame(op.minted?.version, op.value!.version)) remember(ring, turn, op, entry);
  for (const node of op.scope!.targets) if (node !== self) deliver(ring, turn, op, node);
  if (op.scope!.targets.includes(self)) acceptHere(ring, turn, op, entry);
}

/** Accepts the value on this node too; bytes that it lacks are fetched first. */
export function acceptHere(ring: RingState, turn: Turn, op: Op, entry: Entry): void {
  const self = ring.self.nodeId;
  const reply = accept(ring, turn, op.name, entry, op.ballot!, op.value!, op.scope!.newest);
  op.replies.set(self, reply);
  if (reply.result === 'missing') offerHere(ring, turn, op);
  else op.bytes.delete(self);
}

export function judgeAccept(ring: RingState, op: Op): Next | undefined {
  if (isStale(ring, op)) return 'stale';
  if (isQuorum(ring, op.needed, nodesWith(op.replies, 'ok'))) return 'settle';
  return isPossible(ring, op, op.needed, nodesTaking(op)) ? undefined : failure(op);
}

/** Makes what was minted, and its bytes, durable here before anybody hears of it. */
export function remember(ring: RingState, turn: Turn, op: Op, entry: Entry): void {
  saveEntry(turn, op.name, entry, ...noteMint(ring, op, entry));
}

/**
 * Notes down what was minted, for a save that comes before anybody hears of it: it joins every later view of this node until its fate is known.
 * Returns what is to be saved of the upload.
 */
export function noteMint(ring: RingState, op: Op, entry: Entry): Change[] {
  const { name, write } = op;
  const minted = op.minted!;
  const bytes: Change[] = [];
  op.sent = true;
  if (write?.op === 'put' && !op.isTokenKept) {
    op.isTokenKept = true;
    bytes.push({ do: 'keep', name, version: minted.version, token: write.token });
    entry.kept = [...entry.kept, minted.version];
  }
  if (isKept(entry.kept, minted.version)) op.holders.add(ring.self.nodeId);
  if (!ring.mutations.has('forget-mint')) entry.register.mine = asideOf(minted, write!);
  return bytes;
}

/** A version is made when a majority has the bytes, not before: what nobody could accept would only be in the way. */
function judgeBytes(ring: RingState, turn: Turn, op: Op, entry: Entry, view: View): Next | undefined {
  if (op.write!.op === 'put' && !isSmall(op.write!)) {
    const kept = op.minted === undefined ? [] : holdersIn(ring, op.replies, entry, op.minted.version);
    const here = [...nodesWithBytes(op), ...kept];
    if (!isQuorum(ring, op.needed, new Set(here))) {
      op.phase = 'gathering';
      if (isQuorum(ring, op.needed, new Set([...here, ...nodesTaking(op)]))) return undefined;
      if (op.sent || ![...op.bytes.values()].some(({ code }) => code === 'disk-full')) return 'noquorum';
      op.outcome = { type: 'failed', code: 'disk-full' };
      return 'settle';
    }
  }
  op.created = view.current === undefined || view.current.deleted;
  op.minted = mint(ring, turn, op, view.current, 'strong');
  op.outcome = { type: 'written', value: op.minted, created: op.created, grade: 'strong' };
  return propose(ring, op, entry, op.minted, view);
}

/**
 * The value as it is proposed where it is no new version: marked if something is refused over it or taken in, or nobody knows yet whether it is chosen. Nothing
 * that was written on a condition then goes on from it that was built on what is refused, or on what came of the same branches together with others.
 */
function changed(ring: RingState, turn: Turn, { current, merged }: View, isRefusal: boolean, isDecided: boolean): FileVersion | undefined {
  const isRecovery = !merged && !isDecided && !ring.mutations.has('recover-tracelessly');
  const isMarked = isRecovery || (isRefusal && !ring.mutations.has('refuse-tracelessly')) || (merged && !ring.mutations.has('merge-tracelessly'));
  return isMarked && current !== undefined ? { ...current, seen: union(current.seen, markOf(ring, turn)) } : current;
}

function propose(ring: RingState, op: Op, entry: Entry, value: FileVersion | undefined, view: View): Next {
  if (value === undefined) return 'settle';
  op.value = value;
  dropOthersTransfers(op);
  op.height = { accepted: op.ballot! };
  op.merged = takenIn(op, value, view);
  op.broughtBack = view.broughtBack;
  op.holders = holdersIn(ring, op.replies, entry, value.version);
  return 'accept';
}

/** What merging puts beside the value. A retry may find what it has proposed before as the main line: that is its own merge still. */
function takenIn({ merged }: Op, { conflicts }: FileVersion, view: View): Op['merged'] {
  if (!view.merged && merged === undefined) return undefined;
  const isIn = (list: readonly Conflict[] | undefined, version: Stamp): boolean => list?.some((one) => isSame(one.version, version)) === true;
  return conflicts.filter(({ version }) => isIn(merged, version) || (view.merged && !isIn(view.main?.conflicts, version)));
}
