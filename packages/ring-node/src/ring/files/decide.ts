import type { FileVersion, Stamp } from '@coring/protocol';
import { readClock } from '../clock.js';
import type { DeleteRequest, PutRequest } from '../client-request.js';
import type { Mutations } from '../mutations.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { entryOf } from './cache.js';
import { isAllowed, isConditional } from './conditions.js';
import { lineOf, lineOfGuess, markOf } from './line.js';
import type { Op, Outcome } from './op.js';
import { isLike, OPS_MAX, withOp } from './resolve.js';
import { covers, isSame, seenOf, union } from './version.js';

/** sha-256 of no bytes: the digest of a tombstone. */
const DIGEST_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What is to be done about the current value: an answer as it stands, an answer once that value is chosen again, or a new version. */
export type Decision = Answering | { readonly type: 'mint' };

interface Answering {
  readonly type: 'answer' | 'rewrite';
  readonly outcome: Outcome;
}

/** Applies an operation to the current value, as a strong round or a weak attempt sees it. `floor`: the highest tombstone floor met. */
export function decide(ring: RingState, op: Op, current: FileVersion | undefined, floor: number, grade: 'strong' | 'weak'): Decision {
  const { write, minted } = op;
  if (op.kind === 'merge') return answer({ type: 'merged' });
  if (write === undefined) return answer({ type: 'read', value: current, grade });
  if (op.sent && minted !== undefined) {
    if (current !== undefined && covers(current, minted.version)) return done(ring, write, current, minted, op.created, grade);
    // Its tombstone may be gone below the floor: nobody could tell any more whether it was applied.
    if (minted.version.time <= floor) return answer({ type: 'failed', code: 'outcome-unknown' });
  }
  const version = current?.ops.find(({ id }) => id === write.opId)?.version;
  if (version !== undefined) {
    return withoutOwn(ring, op, done(ring, write, current!, { ...versionFor(write, version.time / 1000), version, conflicts: current!.conflicts }, false, grade), grade);
  }
  if (!isAllowed(write.conditions, current)) return withoutEffect(ring, op, current, { type: 'failed', code: 'precondition-failed', grade });
  const isThere = current !== undefined && (!current.deleted || unresolved(current, write).length < current.conflicts.length);
  if (write.op === 'delete' && !isThere && (current !== undefined || !op.sent || !ring.mutations.has('delete-nothing'))) return withoutEffect(ring, op, current, { type: 'absent', grade });
  return { type: 'mint' };
}

/** A new version that succeeds the current value. A retry keeps the identity of what may have been sent, and bears a mark: it may be built on something else. */
export function mint(ring: RingState, turn: Turn, op: Op, current: FileVersion | undefined, grade: 'strong' | 'weak' | 'guessed'): FileVersion {
  const write = op.write!;
  const isNew = op.minted === undefined || !op.sent || ring.mutations.has(grade === 'weak' ? 'remint-weak' : 'remint-strong');
  const version = isNew ? aStamp(ring, turn, op, grade) : op.minted!.version;
  return {
    ...versionFor(write, isNew ? turn.wallMs : op.minted!.modifiedMs),
    version,
    seen: isNew || ring.mutations.has('remake-tracelessly') ? seenOf(current) : union(seenOf(current), markOf(ring, turn)),
    conflicts: grade === 'weak' ? (current?.conflicts ?? []) : unresolved(current, write),
    ops: withOp(current?.ops ?? [], { id: write.opId, version }),
    ...(current?.asideUntil === undefined ? {} : { asideUntil: current.asideUntil }),
    ...(grade === 'weak' && isConditional(write.conditions) ? { conditional: true } : {}),
  };
}

/** The conflict copies that stay beside what is written: not what is the same, nor the same as what it replaces, nor what it resolves. */
function unresolved(current: FileVersion | undefined, write: PutRequest | DeleteRequest): FileVersion['conflicts'] {
  if (current === undefined) return [];
  const { resolves = [] } = write;
  const alike = [...(current.deleted ? [] : [current]), ...(write.op === 'put' ? [write] : [])];
  return current.conflicts.filter((conflict) => !alike.some((one) => isLike(conflict, one)) && !resolves.some((one) => isSame(one, conflict.version)));
}

/** What was made for the main line, as it goes beside it: what it hangs on no majority has judged there. */
export function asideOf(minted: FileVersion, { conditions }: PutRequest | DeleteRequest): FileVersion {
  return isConditional(conditions) ? { ...minted, conditional: true } : minted;
}

/** Whether a write is to be strong or not at all. */
export function isStrict({ settings }: RingState, { requireStrong }: PutRequest | DeleteRequest): boolean {
  return requireStrong || settings?.writes === 'strong';
}

/** Identifies a new version: by the clock, and by this node's name or, where it cannot know all that it wrote under that, the name of a line. */
function aStamp(ring: RingState, turn: Turn, { name }: Op, grade: 'strong' | 'weak' | 'guessed'): Stamp {
  const guessed = grade === 'guessed' ? lineOfGuess(ring, turn, name) : undefined;
  const time = readClock(ring, turn);
  if (grade === 'strong') return { time, node: ring.self.nodeId };
  return { time, node: guessed ?? lineOf(ring, entryOf(ring, name)!.register, time) };
}

function versionFor(write: PutRequest | DeleteRequest, modifiedMs: number): Omit<FileVersion, 'version'> {
  const common = { modifiedMs: Math.max(0, Math.floor(modifiedMs)), seen: {}, conflicts: [], ops: [] };
  if (write.op === 'delete') return { ...common, digest: DIGEST_OF_NOTHING, size: 0, contentType: '', deleted: true };
  return { ...common, digest: write.digest, size: write.size, contentType: write.contentType, deleted: false };
}

/** The operation is done: by the main line, as a majority judged it, or beside it, where nobody has, and what came of that was taken in since. */
function done(ring: RingState, write: PutRequest | DeleteRequest, current: FileVersion, value: FileVersion, created: boolean, grade: 'strong' | 'weak'): Answering {
  const isStrong = isJudged(current, value.version, write, ring.mutations) || ring.mutations.has('covered-as-judged');
  if (!isStrong && isStrict(ring, write) && !ring.mutations.has('weak-though-strict')) return answer({ type: 'failed', code: 'outcome-unknown' });
  return answer({ type: 'written', value, created, replaced: !isSame(current.version, value.version), grade: isStrong ? grade : 'weak' });
}

/**
 * Whether a request was done by the main line. So many newer ones may have been done meanwhile that it is not remembered any more: an upload on no condition can only
 * have come before them then, where nothing was taken in from beside the main line that may have been built on it. That may have lost, and nothing tells of it now.
 */
function isJudged({ ops, asideUntil = 0 }: FileVersion, version: Stamp, { op, conditions }: PutRequest | DeleteRequest, mutations: Mutations): boolean {
  const own = ops.find((one) => isSame(one.version, version));
  if (own !== undefined) return own.weak !== true;
  return op === 'put' && !isConditional(conditions) && ops.length === OPS_MAX && (version.time > asideUntil || mutations.has('forgotten-as-judged'));
}

/**
 * The request was done, by another version than this operation has sent out. That may not come to light when the request is not remembered any more, and be taken for
 * one that never was done: another value has to be chosen above it, before it is forgotten.
 */
function withoutOwn({ mutations }: RingState, { sent }: Op, { outcome }: Answering, grade: 'strong' | 'weak'): Decision {
  return { type: sent && grade === 'strong' && !mutations.has('leave-repeat') ? 'rewrite' : 'answer', outcome };
}

/** The operation changes nothing, and nothing of it may come to light later. */
function withoutEffect(ring: RingState, op: Op, current: FileVersion | undefined, outcome: Extract<Outcome, { grade?: 'strong' | 'weak' }>): Decision {
  if (!op.sent || ring.mutations.has('early-412')) return answer(outcome);
  // Some node may have accepted this operation's version: only another one chosen above it makes the answer final.
  if (outcome.grade === 'weak' || current === undefined) return answer({ type: 'failed', code: 'outcome-unknown' });
  return { type: 'rewrite', outcome };
}

function answer(outcome: Outcome): Answering {
  return { type: 'answer', outcome };
}
