import { compareStamps, type Conflict, type FileVersion, formatStamp, type Stamp } from '@coring/protocol';
import type { Mutations } from '../mutations.js';
import { covers, hasSeen, isBehind, isSame, latest, seenOf, union } from './version.js';

/** Conflict copies kept in one register at most; the protocol's schema has the same bound. */
export const CONFLICTS_MAX = 1024;
/** So many of the last requests are remembered in a version, to do a repeated one once; the protocol's schema has the same bound. */
export const OPS_MAX = 16;

type Content = Pick<Conflict, 'digest' | 'contentType'>;

export interface Resolved {
  /** What the name holds now; absent if it was never written. */
  readonly value?: FileVersion;
  /** Whether branches were taken in: the value is not yet anybody's accepted one. */
  readonly merged: boolean;
  /** Whether it is there on a condition, and others are beside it that its condition did not reckon with. */
  readonly contested: boolean;
}

/**
 * Joins branches into the main line. A branch that succeeds everything seen moves it forward; otherwise the newest keeps the name,
 * data before deletion, and the others stay beside it as conflict copies. A conditional branch wins only over what it succeeds. `isHeld`: whether
 * anybody is known to have the bytes of a version.
 */
export function resolve(main: FileVersion | undefined, branches: readonly FileVersion[], mutations: Mutations, isHeld: (version: Stamp) => boolean = () => true): Resolved {
  const news = maximal(together(branches, isHeld).filter((branch) => !covers(main, branch.version)));
  if (news.length === 0) return { ...(main === undefined ? {} : { value: main }), merged: false, contested: false };
  const rivals = mutations.has('ignore-op-ids') ? news : withoutRepeats(news, main);
  const mainStands = main !== undefined && !rivals.some((branch) => succeeds(branch, main, mutations));
  const candidates = mainStands ? [...rivals, main] : rivals;
  const winner = winnerOf(candidates, main, mutations);
  const seen = news.reduce((all, branch) => union(all, seenOf(branch)), seenOf(main));
  const beaten = candidates.filter((one) => one !== winner);
  const losers = mutations.has('drop-conflicts') ? [] : beaten.filter((one) => !one.deleted && !(mutations.has('drop-unacknowledged') && isLone(one, branches)));
  const besideBranches = news.flatMap((branch) => branch.conflicts).filter(({ version }) => !isSucceeded(version, main));
  const others = [...(main?.conflicts ?? []), ...besideBranches, ...losers.map(asConflict)].filter(({ version }) => !isSame(version, winner.version));
  // What the winner is like stays: who replaces that at another node has seen the winner alone, and ends the one beside it only if nobody keeps it.
  const conflicts = distinct(mutations.has('drop-alike') ? others.filter((conflict) => winner.deleted || !isLike(conflict, winner)) : others, isHeld);
  const { conditional, ...value } = winner;
  return {
    value: {
      ...value,
      seen,
      conflicts: conflicts.slice(-CONFLICTS_MAX),
      ops: lastOps([...(mutations.has('forget-losers') ? [] : beaten.map(ownOpOf)), mutations.has('aside-as-judged') ? winner.ops : asUnjudged(winner), main?.ops ?? []], mutations),
      asideUntil: Math.max(main?.asideUntil ?? 0, ...news.flatMap((branch) => Object.values(seenOf(branch)))),
    },
    merged: true,
    contested: conditional === true && candidates.length > 1,
  };
}

/** Whether two hold the same, as those do that one request has made at two nodes. */
export function isLike(a: Content, b: Content): boolean {
  return a.digest === b.digest && a.contentType === b.contentType;
}

/**
 * The last requests in these lists, each once as the last list that has it tells, oldest first. What has come after others in a list stays behind them, whatever its
 * version says: one that is made anew keeps that, and a clock may have been behind.
 */
function lastOps(lists: readonly FileVersion['ops'][], mutations: Mutations): FileVersion['ops'] {
  const byId = new Map<string, { readonly op: FileVersion['ops'][number]; readonly place: Stamp }>();
  for (const list of lists) {
    let place: Stamp | undefined;
    for (const op of list) {
      place = mutations.has('remember-by-version') ? op.version : latest([place, op.version])!;
      byId.delete(op.id);
      byId.set(op.id, { op, place });
    }
  }
  const inOrder = [...byId.values()].sort((a, b) => compareStamps(a.place, b.place));
  return inOrder.map(({ op }) => op).slice(-OPS_MAX);
}

/** These requests and the one that came last, whatever its version says: one that is made anew keeps that. */
export function withOp(ops: FileVersion['ops'], op: FileVersion['ops'][number]): FileVersion['ops'] {
  return [...ops.filter(({ id }) => id !== op.id), op].slice(-OPS_MAX);
}

/** The same branch as met at several nodes, once maybe as what a merge made of it: what each copy of it has seen counts, and what it has beside it. */
function together(branches: readonly FileVersion[], isHeld: (version: Stamp) => boolean): FileVersion[] {
  const byVersion = new Map<string, FileVersion>();
  for (const branch of branches) {
    const key = formatStamp(branch.version);
    const same = byVersion.get(key);
    byVersion.set(key, same === undefined ? branch : { ...same, seen: union(same.seen, branch.seen), conflicts: distinct([...same.conflicts, ...branch.conflicts], isHeld) });
  }
  return [...byVersion.values()];
}

/** Those that no other one succeeds. */
function maximal(branches: readonly FileVersion[]): FileVersion[] {
  return branches.filter((branch) => !branches.some((other) => other !== branch && covers(other, branch.version)));
}

/** A request that was repeated at another node may have been done there already: its second version is no rival of the first. */
function withoutRepeats(branches: readonly FileVersion[], main: FileVersion | undefined): FileVersion[] {
  const done = new Set(main?.ops.map(({ id }) => id));
  const newestFirst = [...branches].sort((a, b) => compareStamps(b.version, a.version));
  const kept = newestFirst.filter((branch) => {
    const id = branch.ops.find(({ version }) => isSame(version, branch.version))?.id;
    if (id === undefined) return true;
    if (done.has(id)) return false;
    done.add(id);
    return true;
  });
  // With no main value to stand instead, a repeat is all there is.
  return kept.length === 0 && main === undefined ? newestFirst.slice(0, 1) : kept;
}

/**
 * Whether a branch goes on from the main value. A conditional one must have seen all that the main line has: the same version may stand there again
 * that its writer saw, taken in as a branch after something else that the condition would not have met.
 */
function succeeds(branch: FileVersion, main: FileVersion, mutations: Mutations): boolean {
  const isUpToDate = branch.conditional !== true || !isBehind(seenOf(branch), seenOf(main)) || mutations.has('condition-on-version-alone');
  return isUpToDate && covers(branch, main.version);
}

function winnerOf(candidates: readonly FileVersion[], main: FileVersion | undefined, mutations: Mutations): FileVersion {
  const eligible = candidates.filter(
    (one) => one === main || one.conditional !== true || mutations.has('condition-always-holds') || main === undefined || succeeds(one, main, mutations),
  );
  const [best] = [...eligible].sort((a, b) => Number(a.deleted) - Number(b.deleted) || compareStamps(b.version, a.version));
  return best ?? [...candidates].sort((a, b) => compareStamps(b.version, a.version))[0]!;
}

/** Whether the main line has gone on over a version that a branch still carries beside it: its bytes may be gone, and nobody misses them. */
function isSucceeded(version: Stamp, main: FileVersion | undefined): boolean {
  if (main === undefined || isSame(version, main.version)) return false;
  return hasSeen(main.seen, version) && !main.conflicts.some((conflict) => isSame(conflict.version, version));
}

/**
 * The requests of a branch, or under it. What was done beside the main line no majority has judged, nor what a branch was built on: that may have been accepted by few. Where
 * the main line has done it too, that holds. Of an upload without a condition there is nothing to judge: it takes place when it gets the name.
 */
function asUnjudged({ version, deleted, conditional, ops }: FileVersion): FileVersion['ops'] {
  const isPlainUpload = !deleted && conditional !== true;
  return ops.map((op) => (isPlainUpload && isSame(op.version, version) ? op : { ...op, weak: true }));
}

/**
 * The request that made what is kept beside the file, or a deletion that data has beaten. It was done, though by no majority: repeated it is not done again, with a second
 * copy of the same, or over what was there before it was asked for anew.
 */
function ownOpOf({ version, ops }: FileVersion): FileVersion['ops'] {
  return ops.filter((op) => isSame(op.version, version)).map((op) => ({ ...op, weak: true }));
}

/** The mistake of taking a branch that one node has told of for one that no client was told to be stored: that may be on its way. */
function isLone({ version }: FileVersion, branches: readonly FileVersion[]): boolean {
  return new Set(branches.filter((branch) => isSame(branch.version, version))).size === 1;
}

function asConflict({ version, digest, size, contentType, modifiedMs }: FileVersion): Conflict {
  return { version, digest, size, contentType, modifiedMs };
}

/** Of each content one, that which was there first, for clients know it; but one that nobody has gives way to one that somebody has. */
function distinct(conflicts: readonly Conflict[], isHeld: (version: Stamp) => boolean): Conflict[] {
  const byContent = new Map<string, Conflict>();
  for (const conflict of conflicts) {
    const content = `${conflict.digest} ${conflict.contentType}`;
    const first = byContent.get(content);
    if (first === undefined || (!isHeld(first.version) && isHeld(conflict.version))) byContent.set(content, conflict);
  }
  return [...byContent.values()];
}
