import { type Forward, formatStamp, type Withdraw } from '@coring/protocol';
import type { Change } from '../effect.js';
import type { Input } from '../input.js';
import { nextMessageId, send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { copy, mayBeReaped } from './acceptor.js';
import { entryOrWait, saveEntry } from './cache.js';
import { note } from './care.js';
import type { Entry, Fetching, Staged } from './files-state.js';
import { heightCarried } from './forward.js';
import { isKept, keep, missingOf, stagedKey } from './kept.js';
import { covers, seenOf } from './version.js';

/** Bytes that nobody came back for are thrown away after so long, in milliseconds. */
const STAGED_MS = 30_000;
const STAGED_MAX = 1_000;
const FETCHES_MAX = 1_000;

/** What became of a request to take bytes in: `taken` with `ok` is to be answered now, `later` when the bytes are here. */
export type Taking = 'here' | 'later' | 'refused';

/** Takes the bytes that a FORWARD offers: at once if they are here, else by fetching them from where it says, perhaps while they come in there. */
export function takeBytes(ring: RingState, turn: Turn, entry: Entry, forward: Forward): Taking {
  const { files } = ring;
  if (files.isDiskFull) return 'refused';
  const { name, digest, size, sources, value } = forward;
  const version = value?.version ?? sources.find((source) => source.version !== undefined)?.version;
  if (value?.deleted === true || (version !== undefined && isKept(entry.kept, version))) {
    takeCopy(ring, turn, entry, forward);
    return isTakenIn(ring, entry, forward) ? 'here' : 'refused';
  }
  if (digest === undefined ? !isOfUpload(forward) : size === undefined) return 'refused';
  const staged = stagedFor(ring, forward);
  if (staged !== undefined) {
    noteUploads(ring, staged, forward);
    takeCopy(ring, turn, entry, forward);
    keepMissing(ring, turn, name, entry, forward.from);
    return isTakenIn(ring, entry, forward) ? 'here' : 'refused';
  }
  const underWay = [...files.fetches.values()].find((fetching) => fetching.name === name && isSameContent(fetching, forward));
  if (underWay !== undefined) {
    if (!underWay.asked.some(({ id }) => id === forward.id)) underWay.asked.push(forward);
    return 'later';
  }
  return fetchBytes(ring, turn, { name, digest, size, sources, asked: [forward] }, forward.deadlineMs) === undefined ? 'refused' : 'later';
}

/** Begins to fetch bytes. Undefined where none of the sources is known or too much is under way. */
export function fetchBytes(ring: RingState, turn: Turn, wanted: Omit<Fetching, 'ref' | 'token'>, forMs: number): Fetching | undefined {
  const { files, membership, self } = ring;
  const sources = wanted.sources.flatMap((source) => {
    const address = membership.roster.get(source.nodeId)?.address;
    return address === undefined || source.nodeId === self.nodeId ? [] : [{ ...source, address }];
  });
  if (sources.length === 0 || files.fetches.size >= FETCHES_MAX) return undefined;
  const fetching: Fetching = { ...wanted, ref: nextMessageId(ring), token: undefined };
  files.fetches.set(fetching.ref, fetching);
  const { ref, name, digest, size } = fetching;
  const expected = { ...(digest === undefined ? {} : { digest }), ...(size === undefined ? {} : { size }) };
  turn.effects.push({ type: 'fetch', ref, name, ...expected, sources, deadlineMs: Math.max(1, forMs) });
  return fetching;
}

/** The bytes are staged. Returns the fetch, whose askers are to be told, once the register of the name is in memory. */
export function onFetched(ring: RingState, turn: Turn, { ref, token, digest, size }: Extract<Input, { type: 'fetched' }>): Fetching | undefined {
  const fetching = ring.files.fetches.get(ref);
  if (fetching === undefined) {
    turn.save({ do: 'discard', token });
    return undefined;
  }
  Object.assign(fetching, { token, digest, size });
  const entry = entryOrWait(ring, turn, fetching.name, { type: 'settle', fetch: fetching });
  return entry === undefined ? undefined : settleFetch(ring, turn, entry, fetching);
}

export function settleFetch(ring: RingState, turn: Turn, entry: Entry, fetching: Fetching): Fetching | undefined {
  const { name, asked } = fetching;
  if (!ring.files.fetches.delete(fetching.ref)) return undefined;
  const uploads = asked.every(isOfUpload) ? asked.map((forward) => tokenOf(forward)!) : [];
  stage(ring, turn, stagedKey(name, fetching.digest!), { token: fetching.token!, name, uploads });
  for (const forward of asked) takeCopy(ring, turn, entry, forward);
  keepMissing(ring, turn, name, entry, asked[0]?.from ?? fetching.sources[0]!.nodeId);
  return fetching;
}

export function onUnfetched({ files }: RingState, { ref }: Extract<Input, { type: 'unfetched' }>): Fetching | undefined {
  const fetching = files.fetches.get(ref);
  files.fetches.delete(ref);
  return fetching;
}

/** Says to whoever offered bytes whether they are here. */
export function answerOffer(ring: RingState, turn: Turn, { from, id, hop }: Forward, ok: boolean, code?: string): void {
  send(ring, turn, from, { type: 'ANSWER', re: id, ok, hops: hop, ...(code === undefined ? {} : { code }) });
}

/** Makes staged bytes those of the versions that the register refers to and lacks. */
export function keepMissing(ring: RingState, turn: Turn, name: string, entry: Entry, from: string): void {
  const changes: Change[] = [];
  if (ring.files.isDiskFull) return;
  for (const { version, digest } of missingOf(entry)) {
    const key = stagedKey(name, digest);
    const staged = ring.files.staged.get(key);
    if (staged === undefined) continue;
    ring.files.staged.delete(key);
    keep(entry, version);
    changes.push({ do: 'keep', name, version, token: staged.token });
    turn.emit({ type: 'copied', name, version: formatStamp(version), from });
  }
  if (changes.length === 0) return;
  saveEntry(turn, name, entry, ...changes);
  note(ring, turn, name, entry);
}

/** An upload comes to nothing: what was taken over of it goes, unless somebody else has offered the same. */
export function onWithdrawn({ files, mutations }: RingState, turn: Turn, { name, token }: Pick<Withdraw, 'name' | 'token'>): void {
  if (mutations.has('keep-withdrawn')) return;
  for (const fetching of files.fetches.values()) {
    if (fetching.name !== name || !fetching.asked.some((forward) => tokenOf(forward) === token)) continue;
    fetching.asked = fetching.asked.filter((forward) => tokenOf(forward) !== token);
    if (fetching.asked.length > 0) continue;
    files.fetches.delete(fetching.ref);
    if (fetching.token === undefined) turn.effects.push({ type: 'abort', ref: fetching.ref });
    else turn.save({ do: 'discard', token: fetching.token });
  }
  for (const [key, staged] of files.staged) {
    if (staged.name !== name || !staged.uploads.includes(token)) continue;
    const uploads = staged.uploads.filter((one) => one !== token);
    if (uploads.length > 0) files.staged.set(key, { ...staged, uploads });
    else dropStaged(files, turn, key, staged);
  }
}

/** Throws staged bytes away that nobody came back for. */
export function dropStale({ files }: RingState, turn: Turn): void {
  for (const [key, staged] of files.staged) {
    if (turn.nowMs - staged.sinceMs < STAGED_MS) return;
    dropStaged(files, turn, key, staged);
  }
}

/** Whether bytes are taken from a client's upload, rather than from where they are kept. */
export function isOfUpload(from: Pick<Fetching, 'sources'>): boolean {
  return tokenOf(from) !== undefined;
}

/** Whether what a FORWARD brought is here to stay: bytes may be asked for yet, but a copy that did not take the place of what is here is none. */
export function isTakenIn({ mutations }: RingState, { register, kept }: Entry, { value }: Forward): boolean {
  if (value === undefined || mutations.has('count-untaken')) return true;
  return value.deleted ? covers(register.value, value.version) : isKept(kept, value.version);
}

/** A FORWARD that carries the chosen value brings the register's entry along with the bytes. It takes the place of what it has seen alone: more may have been chosen on its way. */
function takeCopy(ring: RingState, turn: Turn, entry: Entry, forward: Forward): void {
  const { name, clock, value, ballot, fast } = forward;
  if (value === undefined || (ballot === undefined && fast === undefined)) return;
  if (entry.register.value !== undefined && !covers(value, entry.register.value.version)) return;
  const view = { ...heightCarried(forward), value, branches: [], committed: seenOf(value), holds: [] };
  if (!mayBeReaped(ring, entry, view, clock)) copy(ring, turn, name, entry, view);
}

/** Takes staged bytes over, until somebody wants them or they are too old. `uploads`: as in Staged. */
export function stage({ files }: RingState, turn: Turn, key: string, { token, name, uploads = [] }: Pick<Staged, 'token' | 'name'> & Partial<Staged>): void {
  const { staged } = files;
  const before = staged.get(key);
  if (before !== undefined) dropStaged(files, turn, key, before);
  staged.set(key, { token, name, uploads, sinceMs: turn.nowMs });
  if (staged.size > STAGED_MAX) dropStaged(files, turn, ...[...staged][0]!);
}

/** Throws staged bytes away. */
export function dropStaged({ staged }: RingState['files'], turn: Turn, key: string, { token }: Staged): void {
  staged.delete(key);
  turn.save({ do: 'discard', token });
}

/** What is staged already of that what a FORWARD offers. */
function stagedFor({ files }: RingState, forward: Forward): string | undefined {
  const token = tokenOf(forward);
  const key = forward.digest === undefined ? [...files.staged].find(([, { name, uploads }]) => name === forward.name && uploads.includes(token!))?.[0] : stagedKey(forward.name, forward.digest);
  return key !== undefined && files.staged.has(key) ? key : undefined;
}

/** The same bytes are offered once more: they stay until this offer is withdrawn too, if it is one that can be. */
function noteUploads({ files }: RingState, key: string, forward: Forward): void {
  const token = tokenOf(forward);
  const staged = files.staged.get(key)!;
  if (staged.uploads.length > 0) files.staged.set(key, { ...staged, uploads: token === undefined ? [] : [...new Set([...staged.uploads, token])] });
}

/** Offers of the same upload are of the same bytes, whether their digest is known yet or not. */
function isSameContent(fetching: Fetching, { digest, sources }: Forward): boolean {
  if (digest !== undefined && fetching.digest !== undefined) return fetching.digest === digest;
  return isOfUpload(fetching) && tokenOf(fetching) === tokenOf({ sources });
}

function tokenOf({ sources }: Pick<Fetching, 'sources'>): string | undefined {
  return sources.find(({ token }) => token !== undefined)?.token;
}
