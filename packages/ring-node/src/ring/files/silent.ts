import { isReachable } from '../membership/reachable.js';
import type { RingState } from '../state.js';
import type { Op } from './op.js';

/** Names remembered at most. */
const NAMES_MAX = 20_000;

/**
 * Remembers who voted on a name and was silent when something was chosen, though nobody takes it for dead: it may never have heard of that, and has nothing that
 * would remind it. A node that was dead, or away, asks for what it has missed by itself.
 */
export function noteSilent(ring: RingState, { kind, name, scope, replies, copiedTo, isChosen, outcome }: Op): void {
  const { silent } = ring.files;
  const nodes = (scope?.targets ?? []).filter((node) => isUp(ring, node) && !replies.has(node) && !copiedTo.has(node));
  if (isChosen && nodes.length > 0 && silent.size < NAMES_MAX) silent.set(name, nodes);
  else if (kind === 'merge' && outcome?.type === 'merged' && nodes.length === 0) silent.delete(name);
}

/** Whether somebody has something to be told of a name. */
export function hasSilent(ring: RingState, name: string): boolean {
  return stillUp(ring, name).length > 0;
}

/** Whether to ask the voters of a name now whether they have what is chosen: those that were silent can be reached again. */
export function canBeTold(ring: RingState, name: string): boolean {
  return hasSilent(ring, name) && stillUp(ring, name).every((node) => isReachable(ring, node));
}

function stillUp(ring: RingState, name: string): readonly string[] {
  return ring.files.silent.get(name)?.filter((node) => isUp(ring, node)) ?? [];
}

function isUp({ membership }: RingState, nodeId: string): boolean {
  return membership.roster.get(nodeId)?.state === 'up';
}
