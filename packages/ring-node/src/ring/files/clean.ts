import type { Input } from '../input.js';
import { epochsInForce, newestEpoch, ownersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { isOwner } from './care.js';
import type { Entry } from './files-state.js';
import type { Look } from './reaping.js';
import { startScan } from './scans.js';

const PAGE_NAMES = 500;
/** How long after something unmerged was found the next look begins, in milliseconds. */
const AGAIN_MS = 10_000;
/** Tombstones remembered at most; the others are found by a later look. */
const TOMBS_MAX = 10_000;

/**
 * Time up to which this node has merged all that it wrote or keeps aside, and handed over what belongs to others. As nothing older than the floor is
 * taken in any more, one look after the floor has risen is enough, until owners change.
 */
export function cleanTo({ files: { reaping }, mutations, placement }: RingState): number {
  const isMoving = placement.oldest !== placement.newest && !mutations.has('clear-while-moving');
  return reaping.epoch === placement.newest && !isMoving ? reaping.cleanTo : 0;
}

/** Looks through all names once the floor has risen, a page at a time. */
export function lookForUnmerged(ring: RingState, turn: Turn): void {
  const { files: { reaping }, placement } = ring;
  const isMoving = (epochsInForce(ring).length !== 1 || !placement.ready.has(placement.newest)) && !ring.mutations.has('clear-while-moving');
  if (isMoving || reaping.look?.epoch !== placement.newest) reaping.look = undefined;
  if (isMoving || turn.nowMs < reaping.lookAtMs || reaping.look?.isScanning === true || cleanTo(ring) >= placement.floor) return;
  reaping.look ??= { floor: placement.floor, epoch: placement.newest, after: '', isScanning: false };
  reaping.look.isScanning = true;
  startScan(ring, turn, { type: 'unmerged', look: reaping.look }, { prefix: '', after: reaping.look.after, limit: PAGE_NAMES });
}

export function onLooked(ring: RingState, turn: Turn, look: Look, { entries, more }: Extract<Input, { type: 'scanned' }>): void {
  const { cache, reaping } = ring.files;
  if (reaping.look !== look) return;
  look.isScanning = false;
  for (const { name, register, kept } of entries) {
    const entry = cache.get(name) ?? { register, kept, isStored: true };
    if ((!isOwner(ring, name) || hasUnmerged(entry, look.floor)) && !ring.mutations.has('clear-with-unmerged')) {
      reaping.look = undefined;
      reaping.lookAtMs = turn.nowMs + AGAIN_MS * (0.75 + turn.random() / 2);
      return;
    }
    noteTomb(ring, name, entry, look.floor);
  }
  look.after = entries.at(-1)?.name ?? '';
  if (more) return;
  Object.assign(reaping, { cleanTo: look.floor, epoch: look.epoch, look: undefined });
}

function hasUnmerged({ register: { branches, mine } }: Entry, floor: number): boolean {
  return branches.some(({ version }) => version.time <= floor) || (mine !== undefined && mine.version.time <= floor);
}

/** A tombstone is for the first owner of its name to have reaped. */
function noteTomb(ring: RingState, name: string, { register: { value, accepted, fast } }: Entry, floor: number): void {
  const { tombs } = ring.files.reaping;
  const isOld = Math.max(value?.version.time ?? 0, accepted?.time ?? 0) <= floor || ring.mutations.has('reap-at-once');
  if (value?.deleted !== true || !isOld || tombs.has(name) || tombs.size >= TOMBS_MAX) return;
  if (ownersOf(newestEpoch(ring)!, name)[0] !== ring.self.nodeId) return;
  tombs.set(name, { version: value.version, ...(accepted === undefined ? {} : { accepted }), ...(fast === undefined ? {} : { fast }), seenAt: undefined, isLeftToVoters: false, round: undefined });
}
