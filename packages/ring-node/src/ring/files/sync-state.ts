import type { BucketDigest, BucketSet } from '@coring/protocol';

/** Asking one node for the registers in some buckets, page by page. */
export interface Ask {
  /** Those that it has not told everything of. */
  buckets: BucketSet;
  /** This node's own digests of these, and maybe of more: where that node has the same, it tells nothing but that. */
  digests: readonly BucketDigest[] | undefined;
  readonly equal: BucketSet;
  /** Whether it has copied all that the epoch gives it. */
  isSynced: boolean;
  /** Names of the first bucket up to this one are here. */
  after: string;
  isDone: boolean;
  /** Since when an answer is owed, and to which message. */
  askedAtMs: number | undefined;
  /** Answers that did not come, one after another. */
  unanswered: number;
  call: string;
}

/**
 * Copying registers and bytes from other nodes, a run of buckets at a time: those that the newest epoch gives this node, or, as a refresh,
 * what it missed while it was away.
 */
export interface Syncing {
  readonly number: number;
  readonly isRefresh: boolean;
  /** Buckets that are neither done nor in the run. */
  todo: BucketSet;
  /** A refresh: the how-manieth of the other voters is asked. */
  rank: number;
  /** Buckets in all, and those that were not done when this began. */
  readonly total: number;
  readonly startedWith: number;
  run: SyncRun | undefined;
  /** The epochs that the nodes asked have copied, as they said of late: see `giversOf`. */
  readonly readyAt: Map<string, readonly number[]>;
  readyAtMs: number;
  /** Who did not answer, though others reach it, and since when. */
  readonly silent: Map<string, number>;
  /** Buckets of the next run. */
  width: number;
  readonly startedMs: number;
  savedMs: number;
  /** When it says next how far it is. */
  tellsAtMs: number;
  /** What is left, and about how long it takes, as last looked at. */
  left: Left;
  msLeft: number | undefined;
  /** How many buckets were left at two earlier looks, the older first; none before the first buckets are done. */
  marks: readonly [Mark, Mark] | undefined;
  /** What the node had moved before this, in bytes. */
  readonly bytesBefore: number;
  /** As last measured. */
  rate: { readonly atMs: number; readonly bytes: number; readonly perSecond: number };
}

export interface Left {
  /** In parts where a run is partly done. */
  readonly buckets: number;
  /** Those of them that not everybody has told of. */
  readonly untold: number;
  /** What the others lack. */
  readonly bytes: number;
}

interface Mark {
  readonly atMs: number;
  readonly left: number;
}

export interface SyncRun {
  readonly ref: number;
  readonly buckets: BucketSet;
  readonly asks: ReadonlyMap<string, Ask>;
  /** A refresh compares digests: this node's own are being read. */
  awaitsDigests: boolean;
  /** Names whose bytes are not all here yet. */
  readonly missing: Set<string>;
  /** What all names lacked when their registers came, in bytes. */
  bytes: number;
  /** Those of them that were asked for, and how many versions they lacked then. */
  readonly tried: Map<string, number>;
  /** Registers received and not yet taken over: their records are being read. */
  copying: number;
  /** Registers received. */
  names: number;
}
