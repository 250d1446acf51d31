import type { Check, envelopeRequired, Fold, Lap, RingHealth, Sighting, Vote } from '@coring/protocol';

/** Laps of CHECK: those under way from here, those that passed, and what they told. */
export interface CheckState {
  /** What the store holds, as the shell last said. */
  figures: Figures;
  /** Laps to be started here, soon or at once. */
  wanted: readonly WantedLap[];
  /** Laps that started here and are not home. */
  readonly laps: Map<string, OwnLap>;
  /** Numbers the laps of this boot. */
  seq: number;
  /** Arcs of laps that passed here, by lap and arc: a second coming is dropped. The oldest give way. */
  readonly passed: Set<string>;
  /** Hops sent and not acknowledged, by message id. */
  readonly hops: Map<string, Hop>;
  /** When a CHECK last passed or started here, or waiting for one began, on the clock of timers. */
  lastHeardMs: number | undefined;
  /** When the last few laps passed or started here, on the clock of timers; the newest last. */
  lately: readonly number[];
  /** The last lap known to have come home, wherever it began. */
  lastHome: Lap | undefined;
  /** When that became known here, on the clock of timers. */
  lastHomeHeardMs: number;
  /** When the last own lap that met a majority of the newest epoch's members began: what they knew of epochs then is known here. */
  confirmedMs: number;
  /** When this node raises the floor, on the clock of timers; unset until it has begun a lap. */
  floorDueMs: number | undefined;
  /** Whether a complete lap came home lately: without it nobody knows that every link holds. */
  isHomeRecent: boolean;
  /** What nodes last said of themselves. */
  readonly sightings: Map<string, Sighting>;
  /** How the ring was when last noted. */
  health: RingHealth;
}

/** A CHECK without what the envelope of each hop adds. */
export type CheckBody = { readonly type: 'CHECK' } & Omit<Check, (typeof envelopeRequired)[number] | 'to' | 'ringId'>;

export interface Figures {
  readonly files: number;
  readonly bytes: number;
  readonly freeBytes: number;
}

/**
 * Why a lap was started. `news`: something happened, and a lap that publishes how it went follows, or where there is more the next one with news.
 * `vote`: gathers votes about an epoch. `publish`: carries what an earlier lap found out.
 */
export type LapKind = 'periodic' | 'news' | 'vote' | 'publish';

export interface WantedLap {
  readonly kind: LapKind;
  /** On the clock of timers. */
  readonly atMs: number;
  readonly vote: Vote | undefined;
  /** A lap of somebody else has passed here since this one is wanted. */
  readonly hasPassed?: true;
}

/** A lap as its origin sees it: what its arcs brought home so far. */
export interface OwnLap {
  readonly id: string;
  readonly kind: LapKind;
  readonly startedMs: number;
  /** What the origin knew at the start. */
  readonly rosterDigest: string;
  /** Number of the newest epoch at the start: the one that the lap may find synced everywhere. */
  readonly newest: number;
  /** Who should be met. */
  readonly expected: readonly string[];
  readonly arcsOut: Set<number>;
  hops: number;
  /** How many sightings each arc was sent off with: those after them were made by this lap. */
  readonly told: number;
  readonly met: Map<string, Sighting>;
  readonly skipped: Check['skipped'][number][];
  fold: Fold;
  vote: Vote | undefined;
}

/** One hop of a lap, sent and waiting for its ACK. */
export interface Hop {
  readonly to: string;
  readonly tries: number;
  readonly sentMs: number;
  readonly check: CheckBody;
}

export function noCheckState(): CheckState {
  return {
    figures: { files: 0, bytes: 0, freeBytes: 0 },
    wanted: [],
    laps: new Map(),
    seq: 0,
    passed: new Set(),
    hops: new Map(),
    lastHeardMs: undefined,
    lately: [],
    lastHome: undefined,
    lastHomeHeardMs: Number.NEGATIVE_INFINITY,
    confirmedMs: Number.NEGATIVE_INFINITY,
    floorDueMs: undefined,
    isHomeRecent: false,
    sightings: new Map(),
    health: 'split',
  };
}

/** Forgets the laps of a ring that this node no longer belongs to. */
export function clearLaps(check: CheckState): void {
  const { figures } = check;
  Object.assign(check, noCheckState(), { figures });
}
