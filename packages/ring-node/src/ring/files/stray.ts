import { type RegisterMessage, type RegisterView } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import { epochsInForce, newestEpoch, ownersOf } from '../placement/owners.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { entryOf, forgetEntry } from './cache.js';
import { isOwner, postpone } from './care.js';
import type { Entry, Stray } from './files-state.js';
import { comparePlaced } from './height.js';
import { aForward } from './forward.js';
import { isKept, wantedBy } from './kept.js';
import { transferMs } from './transfer-time.js';
import { hasSeen, union } from './version.js';

const ANSWERS_MS = 3_000;
/** Where owners cannot be reached, or copies are on the move, the name is left alone for so long. */
const LATER_MS = 10_000;
/** Who leaves does not wait so long. */
const SOON_MS = 1_000;

/** A name that belongs on other nodes: asks its owners whether they have all of it. */
export function inspectStray(ring: RingState, turn: Turn, name: string, entry: Entry): void {
  const { files } = ring;
  const newest = newestEpoch(ring)!;
  const owners = ownersOf(newest, name);
  if (files.strays.has(name) || files.queues.has(name)) return;
  if (epochsInForce(ring).length > 1 || owners.some((node) => !isReachable(ring, node))) return postpone(ring, turn, name, ring.self.phase === 'leaving' ? SOON_MS : LATER_MS);
  files.strays.set(name, { untilMs: turn.nowMs + ANSWERS_MS, owners, answers: new Map() });
  for (const node of owners) {
    const id = send(ring, turn, node, { type: 'QUERY', name });
    files.calls.set(id, { type: 'stray', name, node });
  }
  files.cache.set(name, entry);
}

/** An owner says what it has. When all have, and hold, what was chosen, the name goes from this disk. */
export function onStrayAnswered(ring: RingState, turn: Turn, name: string, { from, register }: Pick<RegisterMessage, 'from' | 'register'>): void {
  const { files } = ring;
  const stray = files.strays.get(name);
  const entry = entryOf(ring, name);
  if (stray === undefined || entry === undefined) return;
  stray.answers.set(from, register);
  push(ring, turn, name, entry, from, register);
  if (stray.answers.size < stray.owners.length) return;
  files.strays.delete(name);
  const isOurs = isOwner(ring, name) || epochsInForce(ring).length > 1 || files.queues.has(name);
  const hasOwn = entry.register.branches.length > 0 || entry.register.mine !== undefined;
  if (!isOurs && !hasOwn && isSafeElsewhere(entry, stray)) forgetEntry(ring, turn, name, entry);
}

export function forgetStrays({ files }: RingState, turn: Turn): void {
  for (const [name, { untilMs }] of files.strays) if (untilMs <= turn.nowMs) files.strays.delete(name);
  for (const [id, call] of files.calls) if (call.type === 'stray' && !files.strays.has(call.name)) files.calls.delete(id);
}

/** An owner that lacks bytes which are here is told where to fetch them. */
function push(ring: RingState, turn: Turn, name: string, entry: Entry, node: string, { value, branches, holds }: RegisterView): void {
  const theirs = wantedBy({ copied: false, ...(value === undefined ? {} : { value }), branches, committed: {} });
  for (const { version, digest, size } of theirs) {
    if (isKept(holds, version) || !isKept(entry.kept, version)) continue;
    const sources = [{ nodeId: ring.self.nodeId, version }];
    send(ring, turn, node, aForward(ring, { op: 'PUT', name, deadlineMs: transferMs(size), digest, size, sources }));
  }
}

/** Whether the owners agree on a chosen value and hold all its bytes. What this node accepted above it was never chosen: its epoch is over. */
function isSafeElsewhere({ register }: Entry, { answers }: Stray): boolean {
  const views = [...answers.values()];
  const [first] = views;
  if (views.some((view) => comparePlaced(view, first!) !== 0 || view.branches.length > 0)) return false;
  const committed = views.reduce((all, view) => union(all, view.committed), register.committed);
  const { value } = first!;
  if (value === undefined) return register.value === undefined;
  return hasSeen(committed, value.version) && views.every(({ holds }) => wantedBy({ copied: false, value, branches: [], committed: {} }).every(({ version }) => isKept(holds, version)));
}
