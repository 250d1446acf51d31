import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { query } from './acceptor.js';
import { isReachable } from '../membership/reachable.js';
import { entryOf } from './cache.js';
import { decide } from './decide.js';
import { agreedFooting, canAllVote } from './fast.js';
import { isIncoming } from './incoming.js';
import { isSmall, offerAll } from './offer.js';
import type { Next, Op } from './op.js';
import { isQuorum, isTold, neededEpochs, scopeOf } from './quorum.js';
import { ask, isPossible, isStale, newRound } from './round.js';
import { seenOf, union } from './version.js';
import { holdersIn, isChosenByVote, isKnownChosen, lagging, type View, viewOf, voters } from './view.js';

/** Asks the voters what they have, without a promise: where they agree that is the answer, in one round. */
export function startQuery(ring: RingState, turn: Turn, op: Op): void {
  op.phase = 'querying';
  op.scope = scopeOf(ring, op.name)!;
  op.isProposed = false;
  newRound(ring, turn, op);
  offerAll(ring, turn, op);
  const asked = toAskFirst(ring, op);
  op.asksAll = asked.length === op.scope.targets.length;
  op.giver = giverFor(ring, op, asked);
  putTo(ring, turn, op, asked);
  if (op.scope.targets.includes(ring.self.nodeId)) op.replies.set(ring.self.nodeId, query(ring, entryOf(ring, op.name)!));
}

/** Asks the other voters too. Returns whether there is anybody to wait for. */
export function askFurther(ring: RingState, turn: Turn, op: Op): boolean {
  if (op.phase !== 'querying' || op.asksAll) return false;
  op.asksAll = true;
  putTo(ring, turn, op, op.scope!.targets.filter((node) => !op.replies.has(node) && !op.awaited.has(node)));
  return op.awaited.size > 0;
}

export function judgeQuery(ring: RingState, turn: Turn, op: Op): Next | undefined {
  if (isStale(ring, op)) return 'stale';
  const needed = neededEpochs(ring, op.scope!, op.replies);
  if (!isTold(ring, needed, op.replies)) return (op.awaited.size > 0 && isPossible(ring, op, needed)) || askFurther(ring, turn, op) ? undefined : 'noquorum';
  const entry = entryOf(ring, op.name)!;
  const view = viewOf(ring, op, entry, [...op.replies.values()]);
  const agreeing = voters(ring, op.replies, view);
  const isVoted = isChosenByVote(ring, op, view, needed, agreeing);
  const isDecided = !view.merged && (isVoted || isKnownChosen(ring, view, op));
  // Who asks how many copies there are, or looks after them, hears everybody.
  if (op.awaited.size > 0 && (op.wantsAll || !isDecided)) return undefined;
  if (!isDecided && askFurther(ring, turn, op)) return undefined;
  if (!isDecided || (op.kind === 'merge' && lagging(op.scope!, op.replies, view).length > 0)) return 'prepare';
  const decision = decide(ring, op, view.current, view.floor, 'strong');
  if (decision.type === 'mint' && canAllVote(ring, op)) {
    // A fast round builds on what all voters have.
    if (op.awaited.size > 0) return undefined;
    op.footing = agreedFooting(op);
    return op.footing === undefined ? 'prepare' : 'fast';
  }
  if (decision.type !== 'answer') return 'prepare';
  if (op.kind === 'read' && isNothingThere(view) && isComing(ring, turn, op)) return 'wait';
  // Its answer saves asking for the bytes.
  if (op.giver !== undefined && op.awaited.has(op.giver) && view.current?.deleted === false && isSmall(view.current)) return undefined;
  op.outcome = decision.outcome;
  if (op.kind === 'merge') {
    // What is known to be chosen may have taken branches in since: with them it is chosen only where a quorum agrees.
    op.seen = union(view.committed, isVoted ? seenOf(view.main) : {});
    op.value = view.main;
    op.height = view.height;
  }
  if (view.main !== undefined) op.holders = holdersIn(ring, op.replies, entry, view.main.version);
  return 'settle';
}

/**
 * A reader needs a majority, which mostly agrees: no more are asked at first, beginning behind this node, so that no voter is everybody's first.
 * Who is to change something, or to tell how many copies there are, asks all.
 */
function toAskFirst(ring: RingState, { kind, wantsAll, scope }: Op): readonly string[] {
  const { targets, epochs } = scope!;
  if (kind !== 'read' || wantsAll) return targets;
  const self = targets.indexOf(ring.self.nodeId);
  const asked = new Set(self < 0 ? [] : [ring.self.nodeId]);
  for (const node of [...targets.slice(self + 1), ...targets.slice(0, self + 1)]) {
    if (isQuorum(ring, epochs, asked)) return [...asked];
    if (isReachable(ring, node)) asked.add(node);
  }
  return targets;
}

function putTo(ring: RingState, turn: Turn, op: Op, nodes: readonly string[]): void {
  for (const node of nodes) {
    if (node !== ring.self.nodeId) ask(ring, turn, op, node, { type: 'QUERY', name: op.name, ...(node === op.giver ? { wantsBytes: true } : {}) });
  }
}

/** Who is to send the bytes along with its answer: one voter, where they are not kept here and some reader needs them. */
function giverFor(ring: RingState, { name, clients }: Op, asked: readonly string[]): string | undefined {
  const { self, files } = ring;
  const isNeeded = clients.some((ref) => {
    const request = files.clients.get(ref)?.request;
    return request?.op === 'get' && !request.headOnly && request.knows === undefined;
  });
  if (!isNeeded || entryOf(ring, name)!.kept.length > 0) return undefined;
  return asked.find((node) => node !== self.nodeId && isReachable(ring, node));
}

/** Whether there is nothing to tell a reader: what is kept beside a deletion is there whatever comes in. */
function isNothingThere({ current }: View): boolean {
  return current === undefined || (current.deleted && current.conflicts.length === 0);
}

/** Whether this node, or one that answered, takes in an upload under the name. */
function isComing(ring: RingState, turn: Turn, { name, replies }: Op): boolean {
  return [...replies.values()].some(({ incoming }) => incoming === true) || isIncoming(ring, turn, name);
}
