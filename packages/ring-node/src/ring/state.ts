import type { RingSettings } from '@coring/protocol';
import type { CheckState } from './check/check-state.js';
import type { FilesState } from './files/files-state.js';
import type { Membership } from './membership/membership.js';
import type { Placement } from './placement/placement-state.js';
import type { Timers } from './timers.js';
import type { Mutations } from './mutations.js';

/** Who this node is. */
export interface Self {
  readonly nodeId: string;
  /** Drawn by the shell at each start. */
  readonly boot: string;
  /** Where peers reach this node. */
  address: string;
  /** Absent until the node has founded or joined a ring. */
  ringId?: string;
  incarnation: number;
  /** Last reading of the hybrid logical clock, in microseconds. */
  clock: number;
  /** No reading above this is given out before a higher ceiling is durable: a restart goes on above it. */
  clockCeiling: number;
  /** Whether this ring ever held a file: an empty ring of one is given up for another. */
  heldFiles: boolean;
  /** As in its record. */
  hasLeft?: true;
  readonly capacity: number;
  readonly zone?: string;
  readonly features: readonly string[];
  /**
   * `alone`: belongs to no ring yet. `joining`: has asked. `in`: serves. `leaving`: drains for good. `gone`: has said goodbye.
   */
  phase: 'alone' | 'joining' | 'in' | 'leaving' | 'gone';
  /** Counts the messages of this boot: ids never repeat. */
  messages: number;
}

/** Everything a node knows and does. The handlers change it in place; the shell only looks. */
export interface RingState {
  readonly self: Self;
  /** What the ring was founded with; absent until the node belongs to one. */
  settings?: RingSettings;
  /** What this node was started with: settles a founding, must agree at a join. */
  readonly wants: Partial<RingSettings>;
  /** Bytes per second that this node moves of its own accord at the most. */
  readonly moveRate: number;
  /** A tombstone stays for so long at least, in milliseconds: longer than any message is under way and any operation lasts. */
  readonly reapAfterMs: number;
  readonly membership: Membership;
  readonly check: CheckState;
  readonly placement: Placement;
  readonly files: FilesState;
  readonly timers: Timers;
  /** Rules switched off by the simulator, to see that its checkers notice. Empty in a real node. */
  readonly mutations: Mutations;
}
