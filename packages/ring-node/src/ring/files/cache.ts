import type { Change } from '../effect.js';
import type { Input, ScannedEntry } from '../input.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry, SurplusLook, Waiting } from './files-state.js';
import { hasDamaged, onDisk } from './kept.js';

/** Registers kept in memory at most, beside those in use. A smaller number costs reads from disk. */
export const CACHE_MAX = 10_000;
/** How many of the oldest entries are looked at to find one that is not in use. */
const LOOKS_MAX = 16;

/** The register of a name, if it is in memory. */
export function entryOf({ files }: RingState, name: string): Entry | undefined {
  const entry = files.cache.get(name);
  if (entry === undefined) return undefined;
  files.cache.delete(name);
  files.cache.set(name, entry);
  return entry;
}

/** The register of a name; where it has to be read first, `waiting` is done once it is here. */
export function entryOrWait(ring: RingState, turn: Turn, name: string, waiting: Waiting): Entry | undefined {
  const entry = entryOf(ring, name);
  if (entry !== undefined) return entry;
  const queue = ring.files.waiting.get(name);
  if (queue !== undefined) queue.push(waiting);
  else {
    ring.files.waiting.set(name, [waiting]);
    turn.effects.push({ type: 'load', name });
  }
  return undefined;
}

/** Takes a register that was read into memory. Returns what waited for it, in order. */
export function takeLoaded({ files }: RingState, input: Extract<Input, { type: 'loaded' }>): readonly Waiting[] {
  const waiting = files.waiting.get(input.name) ?? [];
  files.waiting.delete(input.name);
  if (!files.cache.has(input.name)) {
    const register = { copied: false, branches: [], committed: {}, ...input.register };
    files.cache.set(input.name, { register, kept: input.kept, isStored: input.register !== undefined });
    evict(files);
  }
  return waiting;
}

/** The register of a name as a look has read it, kept in memory; as it is there, where it is; undefined where it may have changed since and is not there any more. */
export function remember(ring: RingState, { gone }: SurplusLook, { name, register, kept }: ScannedEntry): Entry | undefined {
  const { files, mutations } = ring;
  const known = entryOf(ring, name);
  if (known !== undefined || (gone.has(name) && !mutations.has('remember-the-old'))) return known;
  const entry = { register, kept, isStored: true };
  files.cache.set(name, entry);
  evict(files);
  return entry;
}

/**
 * Makes the register as it is now durable, between the bytes that it newly refers to and those that it no longer does: wherever a crash
 * cuts the save, no register is left without its bytes.
 */
export function saveEntry(turn: Turn, name: string, entry: Entry, ...bytes: Change[]): void {
  turn.save(...changesOf(name, entry, bytes));
}

/** The same, for what may be lost in a crash: nothing waits for it. */
export function saveEntryLazily(turn: Turn, name: string, entry: Entry, ...bytes: Change[]): void {
  turn.saveLazily(...changesOf(name, entry, bytes));
}

function changesOf(name: string, entry: Entry, bytes: readonly Change[]): Change[] {
  entry.isStored = true;
  const [going, coming] = [bytes.filter((change) => change.do === 'drop'), bytes.filter((change) => change.do !== 'drop')];
  return [...coming, { do: 'put', space: 'register', key: name, value: { ...entry.register } }, ...going];
}

/** Lets go of the record of a name and of all its bytes here. */
export function forgetEntry({ files }: RingState, turn: Turn, name: string, entry: Entry): void {
  turn.save(...onDisk(entry).map((version): Change => ({ do: 'drop', name, version })), { do: 'delete', space: 'register', key: name });
  letGo(files, name);
  files.dirty.delete(name);
  files.silent.delete(name);
}

function evict(files: RingState['files']): void {
  const { cache, queues, waiting, sync } = files;
  let looks = 0;
  for (const [name, entry] of cache) {
    if (cache.size <= CACHE_MAX || looks++ >= LOOKS_MAX) return;
    const isNeeded = queues.has(name) || waiting.has(name) || sync?.run?.missing.has(name) === true || hasDamaged(entry);
    if (!isNeeded) letGo(files, name);
    else {
      // Looked at again when all others have been.
      cache.delete(name);
      cache.set(name, entry);
    }
  }
}

function letGo({ cache, surplus }: RingState['files'], name: string): void {
  cache.delete(name);
  surplus.look?.gone.add(name);
}
