import type { BucketSet, Commit, Epoch, FileVersion, Forward, Listed, Message, RegisterView, Seen, Stamp } from '@coring/protocol';
import type { ClientRequest, ListedName, ListRequest } from '../client-request.js';
import type { Body } from '../body.js';
import type { Guesses } from './line.js';
import type { Op, Transfer } from './op.js';
import { aPace, type Pace } from './pace.js';
import { type Look, noReaping, type Reaping } from './reaping.js';
import type { Register } from './register.js';
import type { Silent } from './silent.js';
import type { Ask, Syncing } from './sync-state.js';

/**
 * What a node does about files. Registers themselves are on disk; here are those in use, and everything under way:
 * records that say what is waited for, never functions.
 */
export interface FilesState {
  /** Counts what is under way: names of operations, fetches and scans. */
  serial: number;
  /** Registers in memory, the least recently used first. */
  readonly cache: Map<string, Entry>;
  /** What waits until the register of a name is read. */
  readonly waiting: Map<string, Waiting[]>;
  /** Requests of clients not answered yet, by their ref. */
  readonly clients: Map<string, Client>;
  /** Large uploads that come in here and are no version yet, by token. */
  readonly uploads: Map<string, Uploading>;
  /** Refs of the clients that wait for an upload, to read it. */
  readonly readers: Set<string>;
  readonly ops: Map<string, Op>;
  /** The operations of each name, by ref: the first is under way. */
  readonly queues: Map<string, string[]>;
  /** Messages sent whose answer somebody here waits for, by message id (by request id where an answer comes from further on). */
  readonly calls: Map<string, Call>;
  /** Bytes staged here that no version refers to yet, by name and digest. */
  readonly staged: Map<string, Staged>;
  readonly fetches: Map<string, Fetching>;
  readonly searches: Map<string, Search>;
  /** Hops of walking and filling FORWARDs not acknowledged yet, by message id. */
  readonly relays: Map<string, Relay>;
  /** Walking and filling FORWARDs met of late, oldest first: each is taken once. */
  readonly met: Map<string, number>;
  readonly listings: Map<string, Listing>;
  readonly scans: Map<string, Scan>;
  /** Names with something to settle, and when to look at each, on the clock of `nowMs`. */
  readonly dirty: Map<string, number>;
  /** Voters that may not have heard what was chosen, by name: see silent.ts. */
  readonly silent: Map<string, Silent>;
  /** What is chosen and has yet to be told, by node. */
  readonly untold: Map<string, Commit['chosen']>;
  readonly patrol: Patrol;
  readonly surplus: Surplus;
  /** How often this node has brought something back that a majority had and the owners had passed over. */
  broughtBack: number;
  readonly reaping: Reaping;
  readonly guesses: Guesses;
  readonly pace: Pace;
  sync: Syncing | undefined;
  /** Whether what was missed while this node was away, or cut off, is to be asked for. */
  needsRefresh: boolean;
  /** When that was last asked for, and by which incarnation of this node. */
  refreshed: { readonly atMs: number; readonly incarnation: number };
  wasSplit: boolean;
  /** Whether the disk has no room for what can be refused: see full-disk.ts. */
  isDiskFull: boolean;
}

/** The register of one name, and which of its versions have their bytes on this disk. */
export interface Entry {
  readonly register: Register;
  kept: readonly Stamp[];
  /** Versions whose bytes on this disk are damaged: they count no more, and stay until others take their place, or nobody refers to them. */
  damaged?: readonly Stamp[];
  /** Whether the disk has a record of the name. */
  isStored: boolean;
}

export type Waiting =
  | { readonly type: 'request'; readonly request: ClientRequest }
  | { readonly type: 'message'; readonly message: Message; readonly token: string | undefined }
  /** `merge`: look after it even if nothing seems to be amiss here. */
  | { readonly type: 'sweep'; readonly merge: boolean }
  | { readonly type: 'settle'; readonly fetch: Fetching }
  | { readonly type: 'chosen'; readonly seen: Seen }
  | { readonly type: 'reap' }
  | { readonly type: 'damaged'; readonly version: Stamp }
  | { readonly type: 'copy'; readonly from: string; readonly view: RegisterView; readonly run: number; readonly isRefresh: boolean };

export interface Client {
  readonly request: ClientRequest;
  readonly endsAtMs: number;
  readonly startedAtMs: number;
}

/** A client's upload that goes on to those that are to keep it while it comes in. */
export interface Uploading {
  readonly name: string;
  readonly token: string;
  /** How the bytes fare on their way to each node. */
  readonly bytes: Map<string, Transfer>;
  /** The FORWARDs that offer it, by id, and to whom each went. */
  readonly offers: Map<string, string>;
}

export type Call =
  | { readonly type: 'upload'; readonly token: string; readonly node: string }
  | { readonly type: 'op'; readonly ref: string; readonly node: string; readonly round: number; readonly what: 'reply' | 'bytes' | 'copy' }
  | { readonly type: 'search'; readonly ref: string; readonly node: string }
  | { readonly type: 'fill'; readonly ref: string }
  | { readonly type: 'list'; readonly ref: string; readonly node: string; readonly round: number }
  | { readonly type: 'reap'; readonly name: string; readonly node: string }
  | { readonly type: 'page'; readonly purpose: 'sync' | 'surplus' };

export interface Staged {
  readonly token: string;
  readonly name: string;
  /** The uploads that these bytes were taken over from, by their tokens at other nodes: withdrawn with the last of them. */
  readonly uploads: readonly string[];
  readonly sinceMs: number;
}

/** Bytes on their way to this node's disk. */
export interface Fetching {
  readonly ref: string;
  readonly name: string;
  /** Unknown as long as they are those of an upload that is still coming in. */
  digest: string | undefined;
  size: number | undefined;
  readonly sources: Forward['sources'];
  /** FORWARDs to answer when they are here. */
  asked: Forward[];
  token: string | undefined;
}

/** A GET looking for the bytes of the version that the register named. */
export interface Search {
  /** The client's. */
  readonly ref: string;
  readonly name: string;
  readonly value: FileVersion;
  readonly grade: 'strong' | 'weak';
  /** Who may hold them and was not asked yet, the likeliest first. */
  readonly candidates: string[];
  readonly holders: readonly string[];
  /** Where its answer will refer to: a message, or a walk round the ring. */
  call: string;
  asked: string;
  isWalking: boolean;
}

export interface Relay {
  readonly forward: Body<'FORWARD'>;
  readonly node: string;
  readonly tried: readonly string[];
}

/** A LIST to everybody under way. */
export interface Listing {
  readonly ref: string;
  readonly request: ListRequest;
  /** Files found so far, in order. */
  readonly found: ListedName[];
  after: string;
  round: number;
  /** Until when the pages of this round are waited for. */
  lateAtMs: number;
  /** In force when this round began: what was told under them says nothing of later ones. */
  epochs: readonly Epoch[];
  readonly awaited: Set<string>;
  /** Pages of this round by node. */
  readonly pages: Map<string, ListPage>;
  isPartial: boolean;
}

export interface ListPage {
  readonly registers: Listed['registers'];
  readonly more: boolean;
  /** The epochs in force of which its node had copied everything. */
  readonly ready: readonly number[];
}

/** What is read from the store for. */
export type Scan =
  | { readonly type: 'patrol' }
  | { readonly type: 'unmerged'; readonly look: Look }
  | { readonly type: 'surplus'; readonly look: SurplusLook }
  | { readonly type: 'surplus-digests' | 'sync-digests'; readonly ref: number }
  | ({ readonly type: 'list'; readonly ref: string; readonly round: number } & Looking)
  | ({ readonly type: 'listed'; readonly to: string; readonly re: string } & Looking)
  | ({ readonly type: 'synced'; readonly to: string; readonly re: string; readonly epoch: number } & Looking);

/** A look of which it is told how much it can have seen. */
export interface Looking {
  /** The epochs of which everything had been copied when it began. */
  readonly ready: readonly number[];
}

/** The look through all names on this disk. */
export interface Patrol {
  /** Where it goes on, and when. */
  after: string;
  atMs: number;
  /** How often it went round. The first time it only looks for what was left unsettled before the start. */
  rounds: number;
  isUnderWay: boolean;
}

/** What this node keeps of buckets that are not its own, and hands over to their owners. */
export interface Surplus {
  /** Where the look through these buckets goes on, and when it begins anew. */
  bucket: number;
  after: string;
  atMs: number;
  /** The epochs that it is about. */
  newest: number;
  oldest: number;
  /** What a page is being read for. */
  look: SurplusLook | undefined;
  /** Whether this time round any register was found, and whether none was the last time. */
  hasFound: boolean;
  isEmpty: boolean;
  /** The name last looked at that stays: it is not merged yet, or an owner lacks something of it or is out of reach. */
  staying: string | undefined;
  /** Names of which bytes are here that nobody could tell of in this epoch. */
  readonly orphans: Set<string>;
  /** Names of which the owners are being asked what they have. */
  batch: SurplusBatch | undefined;
}

/** A page that is being read of what is kept for others. */
export interface SurplusLook {
  readonly buckets: BucketSet;
  /** Names that have gone from memory since it began: what it has read of them may be old. */
  readonly gone: Set<string>;
}

export interface SurplusBatch {
  readonly ref: number;
  readonly untilMs: number;
  /** Names, with what is here when they were read. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly asks: ReadonlyMap<string, Ask>;
  awaitsDigests: boolean;
  /** What each owner has of them, where its bucket is not the same. */
  readonly views: Map<string, Map<string, RegisterView>>;
}

export function noFiles(): FilesState {
  return {
    serial: 0,
    cache: new Map(),
    waiting: new Map(),
    clients: new Map(),
    uploads: new Map(),
    readers: new Set(),
    ops: new Map(),
    queues: new Map(),
    calls: new Map(),
    staged: new Map(),
    fetches: new Map(),
    searches: new Map(),
    relays: new Map(),
    met: new Map(),
    listings: new Map(),
    scans: new Map(),
    dirty: new Map(),
    silent: new Map(),
    untold: new Map(),
    patrol: { after: '', atMs: 0, rounds: 0, isUnderWay: false },
    broughtBack: 0,
    surplus: { bucket: 0, after: '', atMs: 0, newest: 0, oldest: 0, look: undefined, hasFound: false, isEmpty: false, staying: undefined, orphans: new Set(), batch: undefined },
    reaping: noReaping(),
    guesses: { line: '', names: new Set() },
    pace: aPace(),
    sync: undefined,
    needsRefresh: true,
    refreshed: { atMs: Number.POSITIVE_INFINITY, incarnation: 0 },
    wasSplit: false,
    isDiskFull: false,
  };
}
