import { type Conflict, type FileVersion, formatStamp, type RingEvent } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { commit } from './acceptor.js';
import { entryOf, saveEntry } from './cache.js';
import { tellSoon } from './chosen.js';
import { answerClient, failClient, receiptFor } from './clients.js';
import { startCopies } from './copies.js';
import { isKept, wantedBy } from './kept.js';
import { nodesTaking } from './offer.js';
import type { Next, Op, Outcome } from './op.js';
import { nodesWith } from './quorum.js';
import { serve } from './serve.js';
import { isBehind, isSame, seenOf } from './version.js';

/** Owners that can be reached are waited for so long after the majority, in milliseconds. */
export const FURTHER_MS = 100;
/** With copies on every node, the lap and those that it could not serve are waited for so long. */
const LAP_MS = 2_000;
/** How long slow owners are looked after when everybody has their answer. */
const LINGER_MS = 30_000;
/** So many of the conflict copies that a merge has made are told. */
const ADDED_TOLD_MAX = 32;

/** The outcome is known. What is chosen is told to those that do not know it. */
export function startSettle(ring: RingState, turn: Turn, op: Op): void {
  const wasChosen = op.phase === 'accepting' || op.phase === 'fast';
  const seen = wasChosen ? seenOf(op.value) : op.seen;
  op.phase = 'settling';
  op.isChosen = wasChosen;
  op.settledAtMs = turn.nowMs;
  if (seen !== undefined) tellChosen(ring, turn, op, seen, wasChosen);
  if (wasChosen && op.merged !== undefined) turn.emit(mergedInto(op.name, op.value!, op.merged));
  if (wasChosen) tellBroughtBack(ring, turn, op);
  if (op.kind === 'merge' || (wasChosen && op.outcome?.type === 'written')) startCopies(ring, turn, op);
  if (wasChosen && !isOwnVersion(op)) forgetMint(ring, turn, op);
}

function tellBroughtBack({ files }: RingState, turn: Turn, { name, broughtBack }: Op): void {
  if (broughtBack.length === 0) return;
  files.broughtBack++;
  const versions = broughtBack.map(({ version }) => formatStamp(version)).join(', ');
  turn.emit({ type: 'warning', what: `the owners of ${name} had gone on without ${versions}, which a majority had: it is brought back` });
}

function mergedInto(name: string, { version, deleted, conflicts }: FileVersion, added: readonly Conflict[]): RingEvent {
  const told = added.slice(-ADDED_TOLD_MAX).map(({ version: stamp, digest, size, modifiedMs }) => ({ version: formatStamp(stamp), digest, size, modifiedMs }));
  return { type: 'merged', name, version: formatStamp(version), deleted, conflicts: conflicts.length, added: told };
}

/** Whether what came of the operation is the version that it made itself. */
function isOwnVersion({ outcome, minted }: Op): boolean {
  return outcome?.type === 'written' && isSame(outcome.value.version, minted?.version);
}

/** Another value was chosen above the version that this operation made: nothing is left to be remembered of it. */
function forgetMint(ring: RingState, turn: Turn, { name, minted }: Op): void {
  const entry = entryOf(ring, name);
  if (entry === undefined || minted === undefined || !isSame(entry.register.mine?.version, minted.version)) return;
  delete entry.register.mine;
  const isBare = isKept(entry.kept, minted.version) && !wantedBy(entry.register).some(({ version }) => isSame(version, minted.version));
  if (isBare) entry.kept = entry.kept.filter((version) => !isSame(version, minted.version));
  saveEntry(turn, name, entry, ...(isBare ? [{ do: 'drop' as const, name, version: minted.version }] : []));
}

/** Answers the clients as soon as the copies allow, and ends when nobody is waited for any more. */
export function judgeSettle(ring: RingState, turn: Turn, op: Op): Next | undefined {
  if (op.clients.length > 0 && isTime(ring, turn, op)) answerAll(ring, turn, op);
  if (op.clients.length > 0) return undefined;
  const isIdle = op.awaited.size === 0 && nodesTaking(op).length === 0 && op.fill !== 'going';
  return !op.isProposed || isIdle || turn.nowMs - op.settledAtMs > LINGER_MS ? 'end' : undefined;
}

/** Tells everybody who waits for this operation what came of it, with the copies there are now. */
export function answerAll(ring: RingState, turn: Turn, op: Op): void {
  for (const ref of op.clients.splice(0)) answerOne(ring, turn, op, ref, op.outcome!);
}

function answerOne(ring: RingState, turn: Turn, op: Op, ref: string, outcome: Outcome): void {
  const { name, write } = op;
  switch (outcome.type) {
    case 'read':
      return serve(ring, turn, ref, outcome.value, outcome.grade, [...op.holders], op.given);
    case 'absent':
      return answerClient(ring, turn, ref, { type: 'absent', receipt: receiptFor(ring, outcome.grade, [], 0) });
    case 'failed':
      return failClient(ring, turn, ref, outcome.code, outcome.grade === undefined ? undefined : receiptFor(ring, outcome.grade, [], 0));
    case 'written': {
      const { value, created, replaced = false, grade } = outcome;
      const nodes = durableAt(op);
      const receipt = receiptFor(ring, grade, nodes, 0);
      const version = formatStamp(value.version);
      if (!replaced && nodes.size < (ring.settings?.minCopies ?? 1) && write?.op === 'put') return failClient(ring, turn, ref, 'outcome-unknown', receipt);
      turn.emit({ type: value.deleted ? 'deleted' : 'put', name, version, size: value.size, grade, nodes: receipt.nodes });
      if (value.deleted) return answerClient(ring, turn, ref, { type: 'deleted', value, receipt });
      const enough = replaced || nodes.size >= ((write?.op === 'put' ? write.requireCopies : undefined) ?? 1);
      return answerClient(ring, turn, ref, { type: 'stored', value, created, enough, receipt });
    }
    case 'merged':
      return undefined;
  }
}

/** Whether the clients are to be answered now, or further copies are worth the wait. */
function isTime(ring: RingState, turn: Turn, op: Op): boolean {
  const { outcome, scope, write } = op;
  if (outcome?.type !== 'written' || outcome.grade === 'weak' || !op.isProposed) return true;
  const durable = durableAt(op);
  const asked = write?.op === 'put' ? Math.max(write.requireCopies ?? 1, ring.settings?.minCopies ?? 1) : 1;
  // More copies than the ring wants will not come: nobody waits for them.
  if (durable.size < Math.min(asked, scope!.wanted)) return false;
  const isComplete = scope!.owners.every((node) => durable.has(node) || !isReachable(ring, node));
  return isComplete || turn.nowMs - op.settledAtMs >= (op.fill === 'none' ? FURTHER_MS : LAP_MS);
}

/** Nodes that have said that the version is on their disk. */
function durableAt(op: Op): Set<string> {
  return op.isProposed ? new Set([...nodesWith(op.replies, 'ok'), ...op.copiedTo]) : op.holders;
}

function tellChosen(ring: RingState, turn: Turn, op: Op, seen: Record<string, number>, toAll: boolean): void {
  const { name } = op;
  const entry = entryOf(ring, name);
  for (const node of op.scope!.targets) {
    const known = op.replies.get(node)?.register?.committed;
    if (node === ring.self.nodeId || (!toAll && (known === undefined || !isBehind(known, seen)))) continue;
    tellSoon(ring, turn, node, { name, seen });
  }
  if (entry !== undefined) commit(ring, turn, name, entry, seen);
}
