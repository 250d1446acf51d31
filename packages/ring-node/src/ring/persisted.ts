import type { Epoch, Member, Stamp } from '@coring/protocol';

/** What the node keeps of itself and the ring, in the record space `ring`: one record per key. */
export interface Persisted {
  self?: SelfRecord;
  roster?: { readonly members: readonly Member[]; readonly addresses: readonly string[] };
  epochs?: EpochsRecord;
  vote?: VoteRecord;
}

export interface SelfRecord {
  readonly nodeId: string;
  readonly ringId?: string;
  readonly incarnation: number;
  readonly clockCeiling: number;
  readonly heldFiles: boolean;
}

export interface EpochsRecord {
  readonly epochs: readonly Epoch[];
  /** Number of the oldest epoch still in force. */
  readonly oldest: number;
  /** Epochs whose registers this node has in full. */
  readonly ready: readonly number[];
  readonly floor: number;
  readonly moved?: Moved;
}

/** How far a node has come with what epoch `number` gives it: every bucket below `next` is here. */
export interface Moved {
  readonly number: number;
  readonly next: number;
}

/** This node as an acceptor in the vote about epoch `number`. */
export interface VoteRecord {
  readonly number: number;
  readonly promised?: Stamp;
  readonly accepted?: { readonly ballot: Stamp; readonly proposal: Epoch };
}

export function selfRecord({ self }: { readonly self: SelfRecord }): SelfRecord {
  const { nodeId, ringId, incarnation, clockCeiling, heldFiles } = self;
  return { nodeId, ...(ringId === undefined ? {} : { ringId }), incarnation, clockCeiling, heldFiles };
}
