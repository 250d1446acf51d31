import type { ClientRequest } from '@coring/ring-node/ring';
import type { PutRequest } from './history.js';
import type { Course } from './streamed-upload.js';

/** A node as it comes into the world: all that was drawn for it. */
export interface Newcomer {
  readonly name: string;
  readonly nodeId: string;
  /** Its own draws follow from this. */
  readonly seed: number;
  /** Where it asks to be taken in; none for a founder. */
  readonly contacts: readonly string[];
}

/** Something that a run does to its nodes from outside, with all that was drawn for it: done again it needs no chance. Times in milliseconds. */
export type Deed =
  | { readonly do: 'start'; readonly newcomer: Newcomer; readonly afterMs: number }
  | { readonly do: 'ask'; readonly node: string; readonly request: ClientRequest }
  | { readonly do: 'stream'; readonly node: string; readonly request: PutRequest; readonly course: Course }
  | Fault;

/** What goes wrong, or is asked for by an operator. */
export type Fault =
  | { readonly do: 'split'; readonly sides: readonly (readonly [node: string, side: number])[]; readonly healAfterMs: number }
  | { readonly do: 'cut' | 'partial-cut'; readonly from: string; readonly to: string; readonly healAfterMs: number }
  | { readonly do: 'heal' }
  | { readonly do: 'pause'; readonly node: string; readonly forMs: number }
  | { readonly do: 'crash'; readonly node: string; readonly startAfterMs: number }
  | { readonly do: 'clock-jump'; readonly node: string; readonly byMs: number }
  | { readonly do: 'full-disk'; readonly node: string; readonly forMs: number }
  | { readonly do: 'join'; readonly newcomer: Newcomer }
  | { readonly do: 'leave-away'; readonly node: string; readonly startAfterMs: number }
  /** `through`: the node that the operator tells, if not itself. */
  | { readonly do: 'leave-for-good'; readonly node: string; readonly through?: string };

/** A deed at its moment. */
export interface Step {
  readonly atMs: number;
  readonly deed: Deed;
}
