import type { RegisterView, Stamp } from '@coring/protocol';

/** Who decides about a name when an operation begins: fixed for its round, whatever is learnt meanwhile. */
export interface Scope {
  /** Number of the newest epoch. */
  readonly newest: number;
  /** Voters of the name in each epoch in force, oldest first, and how many more of them were forgotten. */
  readonly epochs: readonly { readonly number: number; readonly voters: readonly string[]; readonly forgotten?: number }[];
  /** All voters, each once; those of the newest epoch first. */
  readonly targets: readonly string[];
  /** On whom the copies belong in the newest epoch. */
  readonly owners: readonly string[];
  readonly wanted: number;
}

/** What one node answered in a round, from afar or from this node itself. */
export interface Reply {
  readonly result: 'ok' | 'nack' | 'stale' | 'missing' | 'full';
  readonly promised?: Stamp;
  readonly ready: readonly number[];
  readonly floor: number;
  readonly epoch: number;
  readonly register?: RegisterView;
  /** Nothing is there, but an upload is coming in. */
  readonly incoming?: boolean;
  /** To a branch: what was chosen covers it. */
  readonly committed?: boolean;
}
