import { compareStamps, type FileVersion } from '@coring/protocol';
import { isFarAhead, sawClock } from '../clock.js';
import type { Change } from '../effect.js';
import { newestEpoch, votersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { answering, bytesFor, dropReplaced, isBelowFloor, takeNote, viewOf } from './acceptor.js';
import { saveEntry } from './cache.js';
import { note } from './care.js';
import type { Entry } from './files-state.js';
import { above, type Base, compareHeights, type Height, isBase } from './height.js';
import { hasBytes } from './kept.js';
import type { Reply } from './scope.js';
import { isSame } from './version.js';

/** This node as an acceptor in a fast round: takes a value on the very base that its writer names, with its bytes durable, or says what it has. */
export function acceptFast(ring: RingState, turn: Turn, name: string, entry: Entry, base: Base, value: FileVersion, epoch: number): Reply {
  sawClock(ring, turn, value.version.time);
  if (epoch < ring.placement.newest && !ring.mutations.has('no-fence')) return answering(ring, 'stale');
  const height = above(base, epoch);
  if (hasTaken(entry, height, value)) return answering(ring, 'ok');
  if (ring.files.isDiskFull) return answering(ring, 'full');
  if (!mayTakeFast(ring, turn, name, entry, base, value, epoch)) return { ...answering(ring, 'nack'), register: viewOf(entry) };
  const bytes = bytesFor(ring, name, entry, value);
  if (bytes === undefined) return answering(ring, 'missing');
  takeFast(ring, turn, name, entry, height, value, bytes);
  return answering(ring, 'ok');
}

/** Whether a value may be taken here in a fast round of this epoch, on that base. */
export function mayTakeFast(ring: RingState, turn: Turn, name: string, { register }: Entry, base: Base, { version }: Pick<FileVersion, 'version'>, epoch: number): boolean {
  const { placement, mutations } = ring;
  const newest = newestEpoch(ring);
  const isInSync = placement.ready.has(epoch) || mutations.has('fast-out-of-sync') || mutations.has('fast-in-several-epochs');
  if (newest?.number !== epoch || !isOneInForce(ring) || !isInSync || !votersOf(newest, name).includes(ring.self.nodeId)) return false;
  // Who promised a higher ballot has told what it had: nothing may come to that.
  if (compareStamps(register.promised, register.accepted) > 0 && !mutations.has('fast-ignores-promise')) return false;
  if (register.branches.length > 0 || isBelowFloor(ring, version) || isFarAhead(version.time, turn)) return false;
  return isBase(base, register) || mutations.has('fast-ignores-base');
}

/** A fast round is one epoch's: with several in force a majority of each has to be heard. */
export function isOneInForce({ placement, mutations }: RingState): boolean {
  return placement.epochs.length === 1 || mutations.has('fast-in-several-epochs');
}

export function takeFast(ring: RingState, turn: Turn, name: string, entry: Entry, height: Height, value: FileVersion, bytes: readonly Change[]): void {
  Object.assign(entry.register, { ...height, copied: false, value });
  takeNote(ring, turn, value);
  saveEntry(turn, name, entry, ...bytes, ...dropReplaced(name, entry));
  note(ring, turn, name, entry);
}

/** The same message again: it is told what it was told before. */
function hasTaken(entry: Entry, height: Height, value: FileVersion): boolean {
  const { register } = entry;
  return !register.copied && compareHeights(register, height) === 0 && isSame(register.value?.version, value.version) && hasBytes(entry, value);
}
