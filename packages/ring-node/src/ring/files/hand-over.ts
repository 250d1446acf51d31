import type { RegisterView } from '@coring/protocol';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { aForward, carriedHeight } from './forward.js';
import { isKept, wantedBy } from './kept.js';
import { transferMs } from './transfer-time.js';
import { covers, hasSeen } from './version.js';

/**
 * Whether an owner has everything that this node, which is none, keeps of a name: the same bytes, or a chosen value that has succeeded them,
 * with its own. What this node accepted and nobody knows to be chosen never was: the epoch of that vote is over.
 */
export function isSafeAt({ register, kept }: Entry, view: RegisterView | undefined): boolean {
  const { value, committed } = register;
  const isKnownThere = value === undefined || !hasSeen(committed, value.version) || covers(view?.value, value.version);
  return isKnownThere && kept.every((version) => isKept(view?.holds ?? [], version) || (view !== undefined && hasSucceeded(view, version)));
}

/** Gives an owner what it lacks: a chosen value and where it stands, and the bytes that it wants and are here. */
export function handOver(ring: RingState, turn: Turn, name: string, { register, kept }: Entry, node: string, view: RegisterView | undefined): void {
  const { value, committed } = register;
  if (value !== undefined && hasSeen(committed, value.version) && !covers(view?.value, value.version)) {
    const sources = [{ nodeId: ring.self.nodeId, version: value.version }];
    send(ring, turn, node, aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(value.size), digest: value.digest, size: value.size, sources, value, ...carriedHeight(register) }));
  }
  for (const { version, digest, size } of view === undefined ? [] : wantedOf(view)) {
    if (isKept(view!.holds, version) || !isKept(kept, version)) continue;
    send(ring, turn, node, aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(size), digest, size, sources: [{ nodeId: ring.self.nodeId, version }] }));
  }
}

function hasSucceeded(view: RegisterView, version: RegisterView['holds'][number]): boolean {
  const { value, committed, holds } = view;
  const isChosen = value !== undefined && hasSeen(committed, value.version) && covers(value, version);
  return isChosen && wantedOf(view).every((one) => isKept(holds, one.version));
}

function wantedOf({ value, branches }: RegisterView) {
  return wantedBy({ copied: false, ...(value === undefined ? {} : { value }), branches, committed: {} });
}
