import { type Forward, formatStamp } from '@coring/protocol';
import type { Change } from '../effect.js';
import type { Input } from '../input.js';
import { nextMessageId, send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { copy } from './acceptor.js';
import { entryOrWait, saveEntry } from './cache.js';
import { note } from './care.js';
import type { Entry, Fetching } from './files-state.js';
import { heightOf } from './height.js';
import { isKept, missingOf, stagedKey } from './kept.js';
import { seenOf } from './version.js';

/** Bytes that nobody came back for are thrown away after so long, in milliseconds. */
const STAGED_MS = 600_000;
const STAGED_MAX = 1_000;
const FETCHES_MAX = 1_000;

/** What became of a request to take bytes in: `taken` with `ok` is to be answered now, `later` when the bytes are here. */
export type Taking = 'here' | 'later' | 'refused';

/** Takes the bytes that a FORWARD offers: at once if they are here, else by fetching them from where it says. */
export function takeBytes(ring: RingState, turn: Turn, entry: Entry, forward: Forward): Taking {
  const { files } = ring;
  const { name, digest, size, sources, value } = forward;
  const version = value?.version ?? sources.find((source) => source.version !== undefined)?.version;
  if (value?.deleted === true || (version !== undefined && isKept(entry.kept, version))) {
    takeCopy(ring, turn, entry, forward);
    return 'here';
  }
  if (digest === undefined || size === undefined) return 'refused';
  if (files.staged.has(stagedKey(name, digest))) {
    takeCopy(ring, turn, entry, forward);
    keepMissing(ring, turn, name, entry, forward.from);
    return 'here';
  }
  const underWay = [...files.fetches.values()].find((fetching) => fetching.name === name && fetching.digest === digest);
  if (underWay !== undefined) {
    if (!underWay.asked.some(({ id }) => id === forward.id)) underWay.asked.push(forward);
    return 'later';
  }
  return fetchBytes(ring, turn, { name, digest, size, sources, asked: [forward] }, forward.deadlineMs) === undefined ? 'refused' : 'later';
}

/** Begins to fetch bytes. Undefined where none of the sources is known or too much is under way. */
export function fetchBytes(ring: RingState, turn: Turn, wanted: Omit<Fetching, 'ref' | 'untilMs' | 'token'>, forMs: number): Fetching | undefined {
  const { files, membership, self } = ring;
  const sources = wanted.sources.flatMap((source) => {
    const address = membership.roster.get(source.nodeId)?.address;
    return address === undefined || source.nodeId === self.nodeId ? [] : [{ ...source, address }];
  });
  if (sources.length === 0 || files.fetches.size >= FETCHES_MAX) return undefined;
  const fetching: Fetching = { ...wanted, ref: nextMessageId(ring), untilMs: turn.nowMs + forMs, token: undefined };
  files.fetches.set(fetching.ref, fetching);
  const { ref, name, digest, size } = fetching;
  turn.effects.push({ type: 'fetch', ref, name, digest, size, sources, deadlineMs: Math.max(1, forMs) });
  return fetching;
}

/** The bytes are staged. Returns the fetch, whose askers are to be told, once the register of the name is in memory. */
export function onFetched(ring: RingState, turn: Turn, { ref, token }: Extract<Input, { type: 'fetched' }>): Fetching | undefined {
  const fetching = ring.files.fetches.get(ref);
  if (fetching === undefined) {
    turn.save({ do: 'discard', token });
    return undefined;
  }
  fetching.token = token;
  const entry = entryOrWait(ring, turn, fetching.name, { type: 'settle', fetch: fetching });
  return entry === undefined ? undefined : settleFetch(ring, turn, entry, fetching);
}

export function settleFetch(ring: RingState, turn: Turn, entry: Entry, fetching: Fetching): Fetching {
  const { files } = ring;
  const { name, digest, asked } = fetching;
  files.fetches.delete(fetching.ref);
  stage(ring, turn, stagedKey(name, digest), fetching.token!);
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
  for (const { version, digest } of missingOf(entry)) {
    const key = stagedKey(name, digest);
    const staged = ring.files.staged.get(key);
    if (staged === undefined) continue;
    ring.files.staged.delete(key);
    entry.kept = [...entry.kept, version];
    changes.push({ do: 'keep', name, version, token: staged.token });
    turn.emit({ type: 'copied', name, version: formatStamp(version), from });
  }
  if (changes.length === 0) return;
  saveEntry(turn, name, entry, ...changes);
  note(ring, turn, name, entry);
}

/** Throws staged bytes away that nobody came back for. */
export function dropStale({ files }: RingState, turn: Turn): void {
  for (const [key, { token, untilMs }] of files.staged) {
    if (untilMs > turn.nowMs) return;
    files.staged.delete(key);
    turn.save({ do: 'discard', token });
  }
}

/** A FORWARD that carries the chosen value brings the register's entry along with the bytes. */
function takeCopy(ring: RingState, turn: Turn, entry: Entry, { name, value, ballot, fast }: Forward): void {
  if (value === undefined || (ballot === undefined && fast === undefined)) return;
  copy(ring, turn, name, entry, { ...heightOf({ ...(ballot === undefined ? {} : { accepted: ballot }), ...(fast === undefined ? {} : { fast }) }), value, branches: [], committed: seenOf(value), holds: [] });
}

/** Takes staged bytes over, until somebody wants them or they are too old. */
export function stage(ring: RingState, turn: Turn, key: string, token: string): void {
  const { staged } = ring.files;
  const before = staged.get(key);
  if (before !== undefined) turn.save({ do: 'discard', token: before.token });
  staged.delete(key);
  staged.set(key, { token, untilMs: turn.nowMs + STAGED_MS });
  if (staged.size <= STAGED_MAX) return;
  const [oldest, { token: dropped }] = [...staged][0]!;
  staged.delete(oldest);
  turn.save({ do: 'discard', token: dropped });
}
