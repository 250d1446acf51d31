import { isReachable } from '../membership/reachable.js';
import { newestEpoch, votersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { answering } from './acceptor.js';
import { entryOf } from './cache.js';
import { isConditional } from './conditions.js';
import { decide, mint } from './decide.js';
import { isOneInForce, mayTakeFast, takeFast } from './fast-acceptor.js';
import type { Entry } from './files-state.js';
import { above, baseOf, comparePlaced } from './height.js';
import { deliver, isSmall } from './offer.js';
import type { Footing, Next, Op } from './op.js';
import { isMajority, nodesWith, scopeOf } from './quorum.js';
import { isStale, newRound } from './round.js';
import { mayGuess } from './line.js';
import { noteMint, remember } from './strong.js';
import { isBehind, seenOf } from './version.js';

/** Voters that say nothing are waited for so long before a classic round begins, for which a majority is enough. */
const SILENCE_MS = 250;
/** The first may build on a guess, the second on what all voters have told. */
const TRIES_MAX = 2;

/**
 * Begins a fast round where it may succeed: one message to all voters and back, each of which saves the value once. Returns false where the classic
 * way is to be gone. Nothing is promised before; all voters of the one epoch in force must take the value on the same base.
 */
export function startFast(ring: RingState, turn: Turn, op: Op): boolean {
  const entry = entryOf(ring, op.name)!;
  const footing = footingOf(ring, op, entry);
  if (footing === undefined || !canAllVote(ring, op) || ring.files.isDiskFull) return false;
  const { base, current } = footing;
  if (decide(ring, op, current, ring.placement.floor, 'strong').type !== 'mint') return false;
  const self = ring.self.nodeId;
  const epoch = ring.placement.newest;
  const isVoter = votersHere(ring, op.name).includes(self);
  const minted = mint(ring, turn, op, current, footing.isGuess === true ? 'guessed' : 'strong');
  if (isVoter && !mayTakeFast(ring, turn, op.name, entry, base, minted, epoch)) return false;
  op.phase = 'fast';
  op.path = 'ACCEPT';
  op.isProposed = true;
  op.fastTries++;
  op.scope = scopeOf(ring, op.name)!;
  op.footing = footing;
  op.height = above(base, epoch);
  op.created = current === undefined || current.deleted;
  op.minted = op.value = minted;
  op.merged = undefined;
  op.holders = new Set();
  op.outcome = { type: 'written', value: minted, created: op.created, grade: 'strong' };
  op.settledAtMs = turn.nowMs;
  newRound(ring, turn, op);
  if (isVoter) takeHere(ring, turn, op, entry);
  else remember(ring, turn, op, entry);
  for (const node of votersHere(ring, op.name)) if (node !== self) deliver(ring, turn, op, node);
  return true;
}

export function judgeFast(ring: RingState, turn: Turn, op: Op): Next | undefined {
  if (isStale(ring, op)) return 'stale';
  const voters = votersHere(ring, op.name);
  const taken = nodesWith(op.replies, 'ok');
  if (ring.mutations.has('fast-quorum-majority') ? isMajority(voters, taken) : voters.every((node) => taken.has(node))) return 'settle';
  const isRefused = [...op.replies.values()].some(({ result }) => result !== 'ok');
  const isGuess = taken.size === 0 && op.fastTries < TRIES_MAX;
  if (op.awaited.size > 0 && turn.nowMs - op.settledAtMs < SILENCE_MS && (!isRefused || isGuess)) return undefined;
  const agreed = isGuess ? agreedFooting(op) : undefined;
  if (agreed === undefined) return 'prepare';
  op.footing = agreed;
  return 'fast';
}

/** What all voters have told they have, if they agree: a fast round may build on it. Answers to QUERY and refusals of a fast round tell as much. */
export function agreedFooting({ scope, replies }: Op): Footing | undefined {
  const views = scope!.targets.map((node) => replies.get(node)?.register);
  const [first] = views;
  const areEqual = views.every((view) => view !== undefined && comparePlaced(view, first!) === 0 && view.branches.length === 0);
  return areEqual ? { base: baseOf(first!), current: first!.value } : undefined;
}

/** A voter builds on what it has itself, another node on what it was told, or, for a plain upload, on the guess that there is nothing yet. */
function footingOf(ring: RingState, op: Op, entry: Entry): Footing | undefined {
  const { write, fastTries, sent, footing } = op;
  const hasOwn = entry.register.branches.length > 0 || (entry.register.mine !== undefined && !sent);
  if (write === undefined || hasOwn || fastTries >= TRIES_MAX || (write.op === 'put' && !isSmall(write))) return undefined;
  if (sent !== (fastTries > 0)) return undefined;
  if (footing !== undefined) return footing;
  if (votersHere(ring, op.name).includes(ring.self.nodeId)) {
    const { value, committed } = entry.register;
    return isBehind(seenOf(value), committed) ? undefined : { base: baseOf(entry.register), current: value };
  }
  return write.op === 'put' && !isConditional(write.conditions) && entry.register.value === undefined && mayGuess(ring, op.name) ? { base: {}, current: undefined, isGuess: true } : undefined;
}

/** Whether one epoch is in force and all of its voters for this name can be reached. */
export function canAllVote(ring: RingState, { name }: Op): boolean {
  return isOneInForce(ring) && votersHere(ring, name).every((node) => isReachable(ring, node));
}

function votersHere(ring: RingState, name: string): readonly string[] {
  const newest = newestEpoch(ring);
  return newest === undefined ? [] : votersOf(newest, name);
}

/** This node's own acceptance, with what it minted and the bytes, in one save: that remembers the version before anybody hears of it. */
function takeHere(ring: RingState, turn: Turn, op: Op, entry: Entry): void {
  takeFast(ring, turn, op.name, entry, op.height!, op.value!, noteMint(ring, op, entry));
  op.replies.set(ring.self.nodeId, answering(ring, 'ok'));
}
