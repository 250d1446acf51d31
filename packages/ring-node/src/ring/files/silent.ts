import { isReachable } from '../membership/reachable.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Op } from './op.js';

/** Names remembered at most, and told at a time. */
const NAMES_MAX = 5_000;
const AT_ONCE_MAX = 16;
/** How soon they are told first, and how soon again those that were silent then, in milliseconds. */
const SOON_MS = 1_000;
const AGAIN_MS = 5_000;

/** Voters that were silent when something was chosen, and when to ask them whether they have heard of it. */
export interface Silent {
  readonly nodes: readonly string[];
  readonly atMs: number;
}

/**
 * Remembers who voted on a name and was silent when something was chosen, though nobody takes it for dead: it may never have heard of that, and has nothing that
 * would remind it. A node that was dead, or away, asks for what it has missed by itself.
 */
export function noteSilent(ring: RingState, turn: Turn, { kind, name, scope, replies, copiedTo, isChosen, outcome }: Op): void {
  const { silent } = ring.files;
  const nodes = (scope?.targets ?? []).filter((node) => isUp(ring, node) && !replies.has(node) && !copiedTo.has(node));
  const isTold = kind === 'merge' && outcome?.type === 'merged';
  if (isTold && nodes.length === 0) silent.delete(name);
  else if ((isChosen || isTold) && nodes.length > 0 && silent.size < NAMES_MAX) silent.set(name, { nodes, atMs: turn.nowMs + (kind === 'merge' ? AGAIN_MS : SOON_MS) });
}

/** Names of which those that were silent can be reached again, a few at a time, and those first that have waited longest. They are told by a merge. */
export function namesToTell(ring: RingState, turn: Turn): string[] {
  const { silent } = ring.files;
  const due: string[] = [];
  for (const [name, { nodes, atMs }] of silent) {
    const up = nodes.filter((node) => isUp(ring, node));
    if (up.length === 0) silent.delete(name);
    else if (atMs <= turn.nowMs && due.length < AT_ONCE_MAX && up.every((node) => isReachable(ring, node))) due.push(name);
  }
  for (const name of due) {
    const { nodes } = silent.get(name)!;
    silent.delete(name);
    silent.set(name, { nodes, atMs: turn.nowMs + AGAIN_MS });
  }
  return due;
}

function isUp({ membership }: RingState, nodeId: string): boolean {
  return membership.roster.get(nodeId)?.state === 'up';
}
