import type { FileVersion, Stamp } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Entry, Staged } from './files-state.js';
import type { Register } from './register.js';
import { hasSeen, isSame, isSeenOf } from './version.js';

/** A version with bytes: what has to be on disk for it. */
export interface Wanted {
  readonly version: Stamp;
  readonly digest: string;
  readonly size: number;
}

/** Whole bytes are on disk from now on, also where damaged ones were. */
export function keep(entry: Entry, version: Stamp): void {
  entry.kept = [...entry.kept, version];
  if (entry.damaged !== undefined) entry.damaged = entry.damaged.filter((one) => !isSame(one, version));
}

/** All versions of which there is anything on disk. */
export function onDisk({ kept, damaged = [] }: Pick<Entry, 'kept' | 'damaged'>): readonly Stamp[] {
  return damaged.length === 0 ? kept : [...kept, ...damaged];
}

/** Whether the disk has bytes that do not count: its digests say nothing of the name then. */
export function hasDamaged({ damaged = [] }: Entry): boolean {
  return damaged.length > 0;
}

/** All versions that a register refers to, whose bytes are therefore kept. */
export function wantedBy({ value, branches, mine }: Pick<Register, 'value' | 'branches' | 'mine'>): Wanted[] {
  const values = [...(value === undefined ? [] : [value]), ...branches, ...(mine === undefined ? [] : [mine])];
  return values.flatMap((one) => [...(one.deleted ? [] : [one]), ...one.conflicts]);
}

/** Whether nothing of this version is missing on this disk. A tombstone has no bytes. */
export function hasBytes({ kept }: Entry, value: Pick<FileVersion, 'version' | 'deleted'>): boolean {
  return value.deleted || isKept(kept, value.version);
}

export function isKept(kept: readonly Stamp[], version: Stamp): boolean {
  return kept.some((one) => isSame(one, version));
}

/** What a register refers to and this disk lacks. */
export function missingOf({ register, kept }: Entry): Wanted[] {
  return wantedBy(register).filter(({ version }) => !isKept(kept, version));
}

/**
 * Versions on disk that the chosen value has succeeded for good. A register that lags behind what is known to be chosen says nothing of that:
 * the value that it lacks may have conflict copies whose bytes are nowhere else.
 */
export function replacedIn(entry: Entry): Stamp[] {
  const { register } = entry;
  const { value, committed } = register;
  const all = onDisk(entry);
  if (value === undefined || all.length === 0 || !isSeenOf(value, committed)) return [];
  const wanted = wantedBy(register);
  return all.filter((version) => hasSeen(committed, version) && !wanted.some((one) => isSame(one.version, version)));
}

/** Names of bytes that are staged: equal content of one name is fetched once. */
export function stagedKey(name: string, digest: string): string {
  return `${digest} ${name}`;
}

/** The token of bytes staged for a name, which are from now on the caller's. */
export function takeStaged({ files }: RingState, name: string, digest: string): string | undefined {
  const key = stagedKey(name, digest);
  const staged: Staged | undefined = files.staged.get(key);
  files.staged.delete(key);
  return staged?.token;
}
