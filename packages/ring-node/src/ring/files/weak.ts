import type { FileVersion } from '@coring/protocol';
import { reachableNodes } from '../membership/reachable.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { keepBranch, query } from './acceptor.js';
import { entryOf } from './cache.js';
import { isConditional } from './conditions.js';
import { asideOf, type Decision, decide, mint } from './decide.js';
import { deliver, nodesTaking, offerAll } from './offer.js';
import type { Next, Op, Outcome } from './op.js';
import { nodesWith, scopeOf } from './quorum.js';
import { askAll, newRound } from './round.js';
import { FURTHER_MS } from './settle.js';
import { remember } from './strong.js';
import { covers, hasSeen, isBehind, isSame, seenOf, union } from './version.js';
import { holdersIn, type View, viewOf } from './view.js';

/** At most so many nodes are asked what they have: stand-ins are near the voters in the order of preference. */
const ASKED_MAX = 64;

/** Where no majority can be had: asks everybody who can be reached what they have. */
export function startWeigh(ring: RingState, turn: Turn, op: Op): void {
  const self = ring.self.nodeId;
  op.phase = 'weighing';
  op.scope = scopeOf(ring, op.name)!;
  op.isProposed = false;
  op.floor = ring.placement.floor;
  newRound(ring, turn, op);
  offerAll(ring, turn, op);
  const reachable = new Set(reachableNodes(ring));
  const nearest = [...op.scope.targets, ...op.scope.owners].filter((node) => reachable.has(node));
  askAll(ring, turn, op, [...new Set([...nearest, ...reachable])].slice(0, ASKED_MAX), { type: 'QUERY', name: op.name });
  op.replies.set(self, query(ring, entryOf(ring, op.name)!));
}

/** Decides by what was found: a reader gets it, a writer makes a version beside the main line. */
export function judgeWeigh(ring: RingState, turn: Turn, op: Op): Next | undefined {
  if (op.awaited.size > 0) return undefined;
  const entry = entryOf(ring, op.name)!;
  const view = viewOf(ring, op, entry, [...op.replies.values()]);
  const decision = decideWeakly(ring, op, view);
  if (decision.type !== 'mint') {
    op.outcome = decision.outcome;
    if (view.current !== undefined) op.holders = holdersIn(ring, op.replies, entry, view.current.version);
    return 'settle';
  }
  op.value = branchFor(ring, turn, op, view);
  if (!op.sent) op.minted = op.value;
  op.branchTo = branchesTo(ring, op);
  op.holders = holdersIn(ring, op.replies, entry, op.value.version);
  if (op.branchTo.length >= (ring.settings?.minCopies ?? 1) || op.sent) return 'branch';
  op.outcome = { type: 'failed', code: 'unavailable' };
  return 'settle';
}

export function startBranch(ring: RingState, turn: Turn, op: Op): void {
  const self = ring.self.nodeId;
  const entry = entryOf(ring, op.name)!;
  op.phase = 'branching';
  op.path = 'BRANCH';
  op.isProposed = true;
  op.settledAtMs = turn.nowMs;
  newRound(ring, turn, op);
  remember(ring, turn, op, entry);
  for (const node of op.branchTo) if (node !== self) deliver(ring, turn, op, node);
  op.replies.set(self, keepBranch(ring, turn, op.name, entry, op.value!));
}

/** Acknowledged when it is durable here and on a second node, if there is any whose disk has room. */
export function judgeBranch(ring: RingState, turn: Turn, op: Op): Next | undefined {
  const durable = nodesWith(op.replies, 'ok');
  const isAwaited = op.awaited.size > 0 || nodesTaking(op).some((node) => op.branchTo.includes(node));
  const full = nodesWith(op.replies, 'full');
  const able = op.branchTo.filter((node) => !full.has(node));
  const isEnough = durable.has(ring.self.nodeId) && durable.size >= Math.max(Math.min(2, able.length), ring.settings?.minCopies ?? 1);
  if (isAwaited && !(isEnough && turn.nowMs - op.settledAtMs >= FURTHER_MS)) return undefined;
  op.outcome = isEnough ? { type: 'written', value: op.value!, created: op.created, grade: 'weak' } : { type: 'failed', code: 'outcome-unknown' };
  return 'settle';
}

function decideWeakly(ring: RingState, op: Op, view: View): Decision {
  const { write, minted } = op;
  const { current, committed } = view;
  const failed = (): Decision => ({ type: 'answer', outcome: unknown(op) });
  if (write !== undefined && Math.max(view.floor, ring.placement.floor) !== op.floor) return failed();
  // A condition is not judged by a view older than what is known to be chosen, nor by what is there on a condition that may not have held.
  const isStaleView = isBehind(seenOf(current), committed) && !ring.mutations.has('judge-stale-view');
  const isContested = view.contested && !ring.mutations.has('judge-contested');
  if (write !== undefined && isConditional(write.conditions) && (isStaleView || isContested)) return failed();
  if (op.sent && minted !== undefined && covers(current, minted.version)) return { type: 'mint' };
  const done = write === undefined ? undefined : current?.ops.find(({ id }) => id === write.opId)?.version;
  // A repeated request that some acceptor has and nobody knows to be chosen may yet lose its place.
  if (done !== undefined && !hasSeen(committed, done) && !isBranch(op, done)) return failed();
  return decide(ring, op, current, view.floor, 'weak');
}

/** The version beside the main line, which succeeds what was seen, not what is only known to be there. One that may have been sent already goes as it was made. */
function branchFor(ring: RingState, turn: Turn, op: Op, { current, committed }: View): FileVersion {
  if (op.sent && op.minted !== undefined && !ring.mutations.has('remint-weak')) return asideOf(op.minted, op.write!);
  op.created = current === undefined || current.deleted;
  const value = mint(ring, turn, op, current, 'weak');
  return ring.mutations.has('replace-unseen') ? { ...value, seen: union(value.seen, committed) } : value;
}

/** This node and those that answered, owners first: as many as copies are wanted, two at least. */
function branchesTo(ring: RingState, op: Op): string[] {
  const { targets, owners, wanted } = op.scope!;
  const answered = [...op.replies.keys()];
  const near = [...owners, ...targets].filter((node) => op.replies.has(node));
  return [...new Set([ring.self.nodeId, ...near, ...answered])].slice(0, Math.max(2, wanted));
}

function isBranch({ replies }: Op, version: FileVersion['version']): boolean {
  return [...replies.values()].some(({ register }) => register?.branches.some((branch) => isSame(branch.version, version)) === true);
}

function unknown({ sent }: Op): Outcome {
  return { type: 'failed', code: sent ? 'outcome-unknown' : 'unavailable' };
}
