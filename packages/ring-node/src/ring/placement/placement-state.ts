import type { Epoch } from '@coring/protocol';
import type { VoteRecord } from '../persisted.js';

/** Where copies belong: the epochs in force, who is ready for them, and the vote about the next. */
export interface Placement {
  /** In order of number: from the oldest in force to the newest. Empty until the node belongs to a ring. */
  readonly epochs: Epoch[];
  /** Number of the newest epoch; 0 for none. Operations need a majority in each from `oldest` to `newest`. */
  newest: number;
  oldest: number;
  /** Epochs whose registers this node has in full; durable. */
  readonly ready: Set<number>;
  /** Time below which no ballot and no branch is accepted; durable. */
  floor: number;
  /** This node as an acceptor; durable. */
  acceptor: VoteRecord | undefined;
  /** Owner lists by epoch and bucket, computed at first use. */
  readonly preferences: Map<number, Map<number, readonly string[]>>;
}
