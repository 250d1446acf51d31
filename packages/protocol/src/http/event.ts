import type { Check, Lap, Movement } from '../message/check.js';
import type { Forward } from '../message/forward.js';
import type { MemberState } from '../message/member.js';
import type { Grade, RingHealth } from './headers.js';

/** What happens at a node, as its log, `GET /events`, `webclient watch` and the library's listeners are told. Never the contents of files. docs/events.md says more. */
export type RingEvent =
  | { readonly type: 'joined'; readonly ringId: string; readonly through?: string }
  | { readonly type: 'refused'; readonly code: string; readonly message: string; readonly address?: string }
  /** This node has said goodbye and may stop. */
  | { readonly type: 'left'; readonly mode: 'away' | 'for-good' | 'sleep' }
  | { readonly type: 'member'; readonly nodeId: string; readonly address: string; readonly state: MemberState; readonly was?: MemberState; readonly incarnation: number }
  | { readonly type: 'suspect'; readonly nodeId: string; readonly why: string }
  | { readonly type: 'reachable'; readonly nodeId: string }
  | { readonly type: 'accused'; readonly by: string; readonly incarnation: number }
  /** A node that was down answered: two parts of the ring meet. */
  | { readonly type: 'heal'; readonly nodeId: string }
  /** The ring as this node sees it changed: addresses in ring order. */
  | { readonly type: 'ring'; readonly order: readonly { readonly nodeId: string; readonly address: string }[]; readonly previous: string; readonly next: string }
  | { readonly type: 'check'; readonly check: Pick<Check, 'lap' | 'origin' | 'hop' | 'arc' | 'arcs'>; readonly from: string; readonly to?: string }
  | { readonly type: 'check-home'; readonly lap: Lap; readonly skipped: Check['skipped'] }
  | { readonly type: 'health'; readonly health: RingHealth; readonly was: RingHealth }
  | { readonly type: 'epoch'; readonly number: number; readonly members: readonly string[] }
  | { readonly type: 'synced'; readonly number: number }
  /** This node takes over copies and says now and then how far it is, and from whom they come just now; `moved` when all are here. */
  | { readonly type: 'moving'; readonly movement: Movement; readonly from: readonly string[] }
  | { readonly type: 'moved'; readonly number: number; readonly buckets: number; readonly bytes: number; readonly tookMs: number }
  | { readonly type: 'retired'; readonly oldest: number }
  | { readonly type: 'forward'; readonly forward: Pick<Forward, 'request' | 'origin' | 'op' | 'mode' | 'name' | 'hop'>; readonly from: string; readonly to?: string }
  | { readonly type: 'put' | 'deleted'; readonly name: string; readonly version: string; readonly size: number; readonly grade: Grade; readonly nodes: readonly string[] }
  /** `version` absent: there is no such file. `from`: the node that gives the bytes, where they are asked for. */
  | { readonly type: 'got'; readonly name: string; readonly version?: string; readonly grade: Grade; readonly hops: number; readonly from?: string }
  /** Branches were taken into a name: `version` keeps it, and of the `conflicts` beside it this has put those `added` there, of which 32 are told. */
  | { readonly type: 'merged'; readonly name: string; readonly version: string; readonly deleted: boolean; readonly conflicts: number; readonly added: readonly AddedConflict[] }
  /** The last owner has let go of the tombstone of a deleted file. */
  | { readonly type: 'reaped'; readonly name: string }
  | { readonly type: 'copied'; readonly name: string; readonly version: string; readonly from: string }
  /** A copy kept here counts no more; `copied` says when another has taken its place. */
  | { readonly type: 'damaged'; readonly name: string; readonly version: string }
  /** All that is kept here was read and compared with its digests; `damaged` copies were found. */
  | { readonly type: 'scrubbed'; readonly files: number; readonly bytes: number; readonly damaged: number; readonly tookMs: number }
  /** The disk is full, to the room that the node's own records have, or it has room again. */
  | { readonly type: 'disk'; readonly isFull: boolean }
  | { readonly type: 'clone'; readonly nodeId: string; readonly address: string }
  | { readonly type: 'warning'; readonly what: string };

/** How busy a node is, each second while somebody watches it. What is counted, is counted since the last one. */
export interface LoadEvent {
  readonly type: 'load';
  /** All requests answered; those for files by their method. */
  readonly requests: number;
  readonly puts: number;
  readonly gets: number;
  readonly deletes: number;
  /** Of HTTP, in bytes: what is half done counts with what has gone so far. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How late the node's own timers are, in milliseconds. */
  readonly lagMs: number;
  readonly memoryBytes: number;
  /** What it keeps, and the room that its disk has. */
  readonly files: number;
  readonly bytes: number;
  readonly freeBytes: number;
  /** Events of files that this watcher was not told of: there were too many. */
  readonly leftOut: number;
  readonly version: string;
  readonly uptimeMs: number;
}

/** What `GET /events` tells. */
export type NodeEvent = RingEvent | LoadEvent;

/** What `GET /events?ring` tells: `at` which node it happened, and when the node that tells it heard of it, in milliseconds since 1970. */
export type EventAt = NodeEvent & { readonly at: string; readonly timeMs: number };

/** All types of events; of those that are true there are as many as clients make. */
const areOfFiles: Readonly<Record<NodeEvent['type'], boolean>> = {
  joined: false,
  refused: false,
  left: false,
  member: false,
  suspect: false,
  reachable: false,
  accused: false,
  heal: false,
  ring: false,
  check: false,
  'check-home': false,
  health: false,
  epoch: false,
  synced: false,
  moving: false,
  moved: false,
  retired: false,
  forward: true,
  put: true,
  deleted: true,
  got: true,
  merged: false,
  reaped: false,
  copied: true,
  damaged: false,
  scrubbed: false,
  disk: false,
  clone: false,
  warning: false,
  load: false,
};

export const eventTypes = Object.keys(areOfFiles) as readonly NodeEvent['type'][];

export function isEventType(text: unknown): text is NodeEvent['type'] {
  return typeof text === 'string' && Object.hasOwn(areOfFiles, text);
}

/** Whether there are as many of a type as clients make requests, or files are copied. */
export function isOfFiles(type: NodeEvent['type']): boolean {
  return areOfFiles[type];
}

/** A version that stays beside the one that keeps its name. */
export interface AddedConflict {
  readonly version: string;
  readonly digest: string;
  readonly size: number;
  readonly modifiedMs: number;
}
