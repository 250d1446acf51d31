import type { Epoch, Stamp } from '@coring/protocol';
import type { Change } from '../effect.js';
import type { EpochsRecord, Moved, Persisted, VoteRecord } from '../persisted.js';

/** Where copies belong: the epochs in force, who is ready for them, and the vote about the next. */
export interface Placement {
  /** In order of number: from the oldest in force to the newest. Empty until the node belongs to a ring. */
  readonly epochs: Epoch[];
  /** Number of the newest epoch; 0 for none. Operations need a majority in each from `oldest` to `newest`. */
  newest: number;
  oldest: number;
  /** Epochs whose registers this node has in full; durable. */
  readonly ready: Set<number>;
  /** How far it is with those of the newest; durable now and then. */
  moved: Moved | undefined;
  /** Time below which no ballot and no branch is accepted; durable. */
  floor: number;
  /** Time up to which tombstones may go, as far as a lap has told; never above the floor. */
  cleared: number;
  /** This node as an acceptor; durable. */
  acceptor: VoteRecord | undefined;
  /** This node as a proposer: the vote that it has under way. */
  candidacy: Candidacy | undefined;
  /** No vote is started here before, on the clock of timers: whoever lost one leaves the others room. */
  retryAtMs: number;
  /** The set of members that the next epoch should have, and since when nothing else was wished. */
  wish: { readonly members: string; readonly sinceMs: number } | undefined;
}

export interface Candidacy {
  readonly number: number;
  readonly ballot: Stamp;
  readonly proposal: Epoch;
}

export function noPlacement(): Placement {
  return {
    epochs: [],
    newest: 0,
    oldest: 0,
    ready: new Set(),
    moved: undefined,
    floor: 0,
    cleared: 0,
    acceptor: undefined,
    candidacy: undefined,
    retryAtMs: Number.NEGATIVE_INFINITY,
    wish: undefined,
  };
}

/** The placement that a node had when it stopped. */
export function persistedPlacement({ epochs, vote }: Persisted): Placement {
  const placement = noPlacement();
  placement.acceptor = vote;
  if (epochs === undefined) return placement;
  placement.epochs.push(...epochs.epochs);
  placement.newest = placement.epochs.at(-1)?.number ?? 0;
  placement.oldest = epochs.oldest;
  for (const number of epochs.ready) placement.ready.add(number);
  placement.moved = epochs.moved;
  placement.floor = epochs.floor;
  return placement;
}

/** Gives up the epochs of a ring that this node no longer belongs to. What comes after is saved by who learns it. */
export function clearPlacement(placement: Placement): void {
  placement.epochs.length = 0;
  placement.ready.clear();
  const { newest, oldest, moved, floor, cleared, acceptor, candidacy, wish } = noPlacement();
  Object.assign(placement, { newest, oldest, moved, floor, cleared, acceptor, candidacy, wish });
}

export function saveEpochs({ epochs, oldest, ready, moved, floor }: Placement): Change {
  const value: EpochsRecord = { epochs: [...epochs], oldest, ready: [...ready], floor, ...(moved === undefined ? {} : { moved }) };
  return { do: 'put', space: 'ring', key: 'epochs', value };
}
