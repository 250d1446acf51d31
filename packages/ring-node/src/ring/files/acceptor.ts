import { compareStamps, type FileVersion, type RegisterView, type Seen, type Stamp } from '@coring/protocol';
import { isFarAhead, saveSelf, sawClock } from '../clock.js';
import type { Change } from '../effect.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { note } from './care.js';
import { saveEntry, saveEntryLazily } from './cache.js';
import type { Entry } from './files-state.js';
import { compareHeights, comparePlaced, heightOf } from './height.js';
import { hasBytes, keep, replacedIn, takeStaged } from './kept.js';
import type { Reply } from './scope.js';
import { covers, hasSeen, isBehind, isSame, latest, seenOf, union } from './version.js';

/**
 * This node as an acceptor of the register of a name: for messages of others and for its own operations alike. Everything that a reply
 * says is saved before it. Sources: Lamport, "Paxos Made Simple"; Rystsov, CASPaxos.
 */
export function prepare(ring: RingState, turn: Turn, name: string, entry: Entry, ballot: Stamp, epoch: number): Reply {
  const refusal = refused(ring, turn, entry, ballot, epoch, compareStamps(ballot, entry.register.promised) <= 0);
  if (refusal !== undefined) return refusal;
  entry.register.promised = ballot;
  saveEntry(turn, name, entry);
  return { ...answering(ring, 'ok'), register: viewOf(entry) };
}

/** Accepts a value, with its bytes durable. An equal ballot is the one promised. */
export function accept(ring: RingState, turn: Turn, name: string, entry: Entry, ballot: Stamp, value: FileVersion, epoch: number): Reply {
  const { register } = entry;
  // What was taken since in a fast round stands above what comes late.
  const isOutbid = compareStamps(ballot, register.promised) < 0 || compareHeights(register, { accepted: ballot }) > 0;
  const refusal = refused(ring, turn, entry, ballot, epoch, isOutbid);
  if (refusal !== undefined) return refusal;
  const bytes = bytesFor(ring, name, entry, value, 'accept-without-bytes');
  if (bytes === undefined) return answering(ring, 'missing');
  register.promised = ballot;
  register.accepted = ballot;
  delete register.fast;
  register.copied = false;
  register.value = value;
  // Only what is chosen may replace a branch: an accepted value can still lose.
  if (ring.mutations.has('drop-branch-on-accept')) register.branches = register.branches.filter((branch) => !covers(value, branch.version));
  takeNote(ring, turn, value);
  saveEntry(turn, name, entry, ...bytes, ...dropReplaced(name, entry));
  note(ring, turn, name, entry);
  return answering(ring, 'ok');
}

/**
 * Everything that the vector covers is chosen: branches and mints below it have done their work. Nothing waits for this to be durable: who forgets
 * it asks the others again, and what it had done away with is covered by the value.
 */
export function commit(ring: RingState, turn: Turn, name: string, entry: Entry, seen: Seen): void {
  const { register } = entry;
  if (isBlank(entry) || ring.files.isDiskFull) return;
  const before = { ...register };
  learnChosen(ring, entry, seen);
  const isNews = before.branches.length !== register.branches.length || before.mine !== register.mine || isBehind(before.committed, seen);
  const dropped = dropReplaced(name, entry);
  if (isNews || dropped.length > 0) saveEntryLazily(turn, name, entry, ...dropped);
  note(ring, turn, name, entry);
}

/** The register without a promise. */
export function query(ring: RingState, entry: Entry): Reply {
  return { ...answering(ring, 'ok'), register: viewOf(entry) };
}

/** Keeps a weak write beside the main line, with its bytes durable. */
export function keepBranch(ring: RingState, turn: Turn, name: string, entry: Entry, branch: FileVersion): Reply {
  const { register } = entry;
  if (ring.mutations.has('weak-into-main')) return intoMain(ring, turn, name, entry, branch);
  if (hasSeen(register.committed, branch.version)) return { ...answering(ring, 'ok'), committed: true };
  if (ring.files.isDiskFull) return answering(ring, 'full');
  const isOld = isBelowFloor(ring, branch.version) && !ring.mutations.has('branch-below-the-floor');
  if (isOld || isFarAhead(branch.version.time, turn)) return answering(ring, 'nack');
  const same = register.branches.find(({ version }) => isSame(version, branch.version));
  if (same === undefined && register.branches.some((other) => covers(other, branch.version))) return answering(ring, 'ok');
  const bytes = bytesFor(ring, name, entry, branch);
  if (bytes === undefined) return answering(ring, 'missing');
  const kept = same === undefined ? branch : { ...same, seen: union(same.seen, branch.seen) };
  register.branches = [...register.branches.filter((other) => other !== same && !covers(branch, other.version)), kept];
  takeNote(ring, turn, branch);
  saveEntry(turn, name, entry, ...bytes, ...dropReplaced(name, entry));
  note(ring, turn, name, entry);
  return answering(ring, 'ok');
}

/**
 * Takes over what another node has of the register. The value counts for order, not as an acceptance; the promise is taken along,
 * so that a ballot promised by those who decided before cannot be outrun below it here.
 */
export function copy(ring: RingState, turn: Turn, name: string, entry: Entry, view: RegisterView): void {
  if (ring.files.isDiskFull) return;
  const { register } = entry;
  const before = JSON.stringify(register);
  if (view.value !== undefined && comparePlaced(view, register) > 0) {
    delete register.accepted;
    delete register.fast;
    Object.assign(register, heightOf(view));
    register.copied = true;
    register.value = view.value;
    takeNote(ring, turn, view.value);
  }
  const promised = latest([register.promised, register.accepted, view.promised]);
  if (promised !== undefined) register.promised = promised;
  for (const branch of view.branches) {
    if (hasSeen(register.committed, branch.version) || register.branches.some((other) => covers(other, branch.version))) continue;
    register.branches = [...register.branches.filter((other) => !covers(branch, other.version)), branch];
    takeNote(ring, turn, branch);
  }
  learnChosen(ring, entry, view.committed);
  const dropped = dropReplaced(name, entry);
  if (dropped.length > 0 || JSON.stringify(register) !== before) saveEntry(turn, name, entry, ...dropped);
  note(ring, turn, name, entry);
}

/** What is told of a register. Values and lists in it are never changed in place. */
export function viewOf({ register, kept }: Entry): RegisterView {
  const { promised, copied, value, branches, committed } = register;
  return {
    ...(promised === undefined ? {} : { promised }),
    ...heightOf(register),
    copied,
    ...(value === undefined ? {} : { value }),
    branches,
    committed,
    holds: [...kept],
  };
}

/** Throws away what a crash or a late message has left of versions that are succeeded. */
export function tidy(turn: Turn, name: string, entry: Entry): void {
  const dropped = dropReplaced(name, entry);
  if (dropped.length > 0) saveEntry(turn, name, entry, ...dropped);
}

/** Nothing was ever said of this name here. */
export function isBlank({ register }: Entry): boolean {
  return register.promised === undefined && register.value === undefined && register.branches.length === 0 && register.mine === undefined;
}

/** What is so old that the tombstone of what it would change may be gone. */
export function isBelowFloor({ mutations, placement }: RingState, { time }: Pick<Stamp, 'time'>): boolean {
  const floor = mutations.has('late-floor') ? placement.cleared : placement.floor;
  return time <= floor && !mutations.has('below-the-floor');
}

/**
 * Whether what is told of a register where nothing is here may have been reaped on the way: a tombstone, or, where it was told long ago, what was deleted since. Nobody needs
 * it, and it would stand above what is written anew, by acceptances that count from nothing again.
 */
export function mayBeReaped(ring: RingState, { register }: Entry, { value, branches }: Pick<RegisterView, 'value' | 'branches'>, toldAt = Infinity): boolean {
  const { mutations } = ring;
  if (register.value !== undefined || value === undefined) return false;
  const isTombAlone = value.deleted && value.conflicts.length === 0 && branches.length === 0;
  if (isTombAlone && isBelowFloor(ring, value.version) && !mutations.has('take-reaped')) return true;
  return isBelowFloor(ring, { time: toldAt }) && !mutations.has('take-belated');
}

export function answering({ placement }: RingState, result: Reply['result']): Reply {
  return { result, ready: [...placement.ready], floor: placement.floor, epoch: placement.newest };
}

function refused(ring: RingState, turn: Turn, { register }: Entry, ballot: Stamp, epoch: number, isOutbid: boolean): Reply | undefined {
  const { placement, mutations } = ring;
  sawClock(ring, turn, ballot.time);
  // The fence: who knows a newer epoch decides nothing by an older one's owners alone.
  if (epoch < placement.newest && !mutations.has('no-fence')) return answering(ring, 'stale');
  if (ring.files.isDiskFull) return answering(ring, 'full');
  if (!isOutbid && !isBelowFloor(ring, ballot) && !isFarAhead(ballot.time, turn)) return undefined;
  return { ...answering(ring, 'nack'), ...(register.promised === undefined ? {} : { promised: register.promised }) };
}

/** Takes this version's staged bytes: what the caller must save for them to be kept. Undefined where they are not here. */
export function bytesFor(ring: RingState, name: string, entry: Entry, value: FileVersion, mutation?: 'accept-without-bytes'): Change[] | undefined {
  const { mutations } = ring;
  if (hasBytes(entry, value)) return [];
  const token = takeStaged(ring, name, value.digest);
  if (token !== undefined) {
    keep(entry, value.version);
    return [{ do: 'keep', name, version: value.version, token }];
  }
  const isWaived = (mutation !== undefined && mutations.has(mutation)) || mutations.has('remint-weak') || mutations.has('remint-strong');
  return isWaived ? [] : undefined;
}

/** Takes the bytes out that nothing needs any more: what has to be saved for it. */
export function dropReplaced(name: string, entry: Entry): Change[] {
  const replaced = replacedIn(entry);
  if (replaced.length > 0) {
    entry.kept = entry.kept.filter((version) => !replaced.includes(version));
    if (entry.damaged !== undefined) entry.damaged = entry.damaged.filter((version) => !replaced.includes(version));
  }
  return replaced.map((version) => ({ do: 'drop', name, version }));
}

function learnChosen({ placement }: RingState, { register }: Entry, seen: Seen): void {
  const committed = withoutReaped(union(register.committed, seen), register.value, placement.cleared);
  register.committed = committed;
  register.branches = register.branches.filter(({ version }) => !hasSeen(committed, version));
  if (register.mine !== undefined && hasSeen(committed, register.mine.version)) delete register.mine;
}

/** What came after a tombstone was reaped has not seen it, and need not: some owner may not have let go of it yet. */
function withoutReaped(committed: Seen, value: FileVersion | undefined, cleared: number): Seen {
  if (value === undefined || value.version.time <= cleared || Object.values(committed).every((time) => time > cleared)) return committed;
  const seen = seenOf(value);
  return Object.fromEntries(Object.entries(committed).filter(([node, time]) => time > cleared || (seen[node] ?? -1) >= time));
}

export function takeNote(ring: RingState, turn: Turn, value: FileVersion): void {
  sawClock(ring, turn, value.version.time);
  if (ring.self.heldFiles) return;
  ring.self.heldFiles = true;
  turn.save(saveSelf(ring));
}

/** The mistake that the branches are there to avoid. */
function intoMain(ring: RingState, turn: Turn, name: string, entry: Entry, branch: FileVersion): Reply {
  const bytes = bytesFor(ring, name, entry, branch);
  if (bytes === undefined) return answering(ring, 'missing');
  const { register } = entry;
  if (compareStamps(branch.version, register.accepted) > 0) {
    const { conditional: _conditional, ...value } = branch;
    register.accepted = branch.version;
    register.promised = latest([register.promised, branch.version])!;
    register.value = value;
    saveEntry(turn, name, entry, ...bytes);
  }
  return answering(ring, 'ok');
}
