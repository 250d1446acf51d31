import type { FileStoreOptions } from '@coring/file-store';
import type { Effect, RingOptions, Surroundings } from '../ring/index.js';
import type { TracedStep } from './core.js';
import type { Log } from './log.js';
import type { Entrances } from './serve/entrances.js';

/** How a node is started: as a library with these, as a program with the flags of the same names. */
export interface NodeOptions {
  /** `host:port`. Default: 127.0.0.1 and port 4043 or the next free one. Port 0 takes any free one. */
  readonly listen?: string;
  /** What peers are told. Default: the listening address, or, when listening on all, the address that the peer sees. */
  readonly advertise?: string;
  /** The peer to join after, `host:port`. Only a hint once the data directory belongs to a ring. */
  readonly join?: string;
  /** Keep trying to join for ever instead of failing. */
  readonly wait?: boolean;
  /** The data directory. Default: `./coring-data/<bound port>`. */
  readonly data?: string;
  /** Settings of the ring: fixed at its founding; a joiner that names another value is refused. */
  readonly copies?: number | 'all';
  readonly forgetAfterMs?: number;
  readonly writes?: 'weak' | 'strong';
  readonly minCopies?: number;
  /** A file whose contents prove that a node belongs to the ring. */
  readonly secretFile?: string;
  /** Listen beyond loopback without a secret. */
  readonly insecure?: boolean;
  /** Relative weight in placement, 1 to 64. */
  readonly capacity?: number;
  /** Copies are spread over zones where they are given. */
  readonly zone?: string;
  /** Bytes per second for copies that follow the ring and for repairs; less while clients keep the node busy. Default: 50 MB. */
  readonly moveRate?: number;
  /** How often a node reads all its copies to find those that are damaged, in milliseconds; Infinity: only when asked to. Default: 14 days. */
  readonly scrubEveryMs?: number;
  /** What the data directory is opened with: another file system than this machine's, say. */
  readonly store?: FileStoreOptions;
  /** What an earlier run found damaged of the data directory: what is there is set aside. */
  readonly damage?: Error;
  /** How long the tombstone of a deleted file stays at least, in milliseconds: longer than any message is under way and any operation lasts. Default: a day. */
  readonly reapAfterMs?: number;
  /** A file that follows the ring's log of messages. */
  readonly messagesLog?: string;
  /** Sockets that serve beside its own port, opened before it: they are the caller's to close. */
  readonly entrances?: Entrances;
  /** Default: says nothing. */
  readonly log?: Log;
  /** Sees how the core starts and each step it takes: enough to replay them. */
  readonly trace?: { readonly start: (start: TracedStart) => void; readonly step: (step: TracedStep) => void };
}

/** How a node's core started. */
export interface TracedStart {
  readonly options: RingOptions;
  readonly surroundings: Surroundings;
  readonly effects: readonly Effect[];
}

/** How long a first join is tried without `wait`, in milliseconds. */
export const JOIN_FOR_MS = 10_000;
