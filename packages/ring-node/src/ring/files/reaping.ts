import type { Stamp } from '@coring/protocol';
import type { Height } from './height.js';

/** How far this node is with getting rid of old tombstones. */
export interface Reaping {
  /** Up to which time everything here is merged and this node's own, as the last look through all names found; and the epoch that it was about. */
  cleanTo: number;
  epoch: number;
  look: Look | undefined;
  /** When the next look begins, and when tombstones are looked after again, on the clock of `nowMs`. */
  lookAtMs: number;
  atMs: number;
  /** Tombstones whose names this node is the first owner of. */
  readonly tombs: Map<string, Tomb>;
}

/** A look through all names: for what is older than `floor` and unmerged, and for tombstones. */
export interface Look {
  readonly floor: number;
  readonly epoch: number;
  after: string;
  isScanning: boolean;
}

export interface Tomb extends Height {
  readonly version: Stamp;
  /** A reading of the clock at which all owners had been seen to have nothing else. */
  seenAt: number | undefined;
  /** Whether the owners that do not vote have let go of it. */
  isLeftToVoters: boolean;
  /** What the other owners are being asked. */
  round: TombRound | undefined;
}

export interface TombRound {
  readonly drop: boolean;
  readonly untilMs: number;
  /** Who has not answered, and which message. */
  readonly waiting: Map<string, string>;
}

export function noReaping(): Reaping {
  return { cleanTo: 0, epoch: 0, look: undefined, lookAtMs: 0, atMs: 0, tombs: new Map() };
}
