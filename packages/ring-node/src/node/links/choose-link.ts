import type { Role } from './seal.js';

/** What decides between two links of the same pair of nodes. */
export interface LinkTraits {
  /** The role of this node on it. */
  readonly role: Role;
  /** The peer's, as said in its HELLO. */
  readonly incarnation: number;
  readonly boot: string;
  /** The nonce of whoever dialled. */
  readonly nonce: string;
  readonly ageMs: number;
}

/** Older links are not taken for one of two that were dialled at the same time. */
const SIMULTANEOUS_MS = 10_000;

/**
 * Whether a new link to a peer takes the place of the one there is. Both sides come to the same answer, whatever the order in which they
 * see the two. Where they do not (clocks are not compared), both links end after sending what they have, and the next message dials again.
 */
export function replaces(candidate: LinkTraits, existing: LinkTraits, ids: { readonly own: string; readonly peer: string }): boolean {
  // The peer was restarted: the older link is of a process that is gone.
  if (candidate.boot !== existing.boot) return candidate.incarnation >= existing.incarnation;
  // The peer dials although there is a link, so it has lost that one.
  if (existing.ageMs > SIMULTANEOUS_MS) return true;
  if (candidate.role === existing.role) return candidate.nonce < existing.nonce;
  // Of two dialled at the same time, the one of the node with the lower nodeId stays.
  return (candidate.role === 'dialler') === ids.own < ids.peer;
}
