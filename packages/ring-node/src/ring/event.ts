import type { Check, Forward, Grade, Lap, MemberState, Movement, RingHealth } from '@coring/protocol';

/** What a node tells those who watch it: log, `GET /events`, `webclient watch`, the library's listeners. Never the contents of files. */
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
  /** This node takes over copies and says now and then how far it is; `moved` when all are here. */
  | { readonly type: 'moving'; readonly movement: Movement }
  | { readonly type: 'moved'; readonly number: number; readonly buckets: number; readonly bytes: number; readonly tookMs: number }
  | { readonly type: 'retired'; readonly oldest: number }
  | { readonly type: 'forward'; readonly forward: Pick<Forward, 'request' | 'origin' | 'op' | 'mode' | 'name' | 'hop'>; readonly from: string; readonly to?: string }
  | { readonly type: 'put' | 'deleted'; readonly name: string; readonly version: string; readonly size: number; readonly grade: Grade; readonly nodes: readonly string[] }
  | { readonly type: 'got'; readonly name: string; readonly version?: string; readonly grade: Grade; readonly hops: number }
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

/** A version that stays beside the one that keeps its name. */
export interface AddedConflict {
  readonly version: string;
  readonly digest: string;
  readonly size: number;
  readonly modifiedMs: number;
}
