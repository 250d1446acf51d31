import type { Conflict, ErrorCode, FileVersion, Seen, Stamp } from '@coring/protocol';
import type { ClientRequest, DeleteRequest, PutRequest } from '../client-request.js';
import type { Base, Height } from './height.js';
import type { Reply, Scope } from './scope.js';

/** One operation on the register of a name, coordinated by this node. */
export interface Op {
  readonly ref: string;
  /** `merge` is the node's own: takes branches in, brings lagging owners up to date. */
  readonly kind: 'read' | 'put' | 'delete' | 'merge';
  readonly name: string;
  /** Refs of the clients that wait for it: several readers share one read. */
  readonly clients: string[];
  readonly write: PutRequest | DeleteRequest | undefined;
  readonly endsAtMs: number;

  phase: Phase;
  /** Counts rounds of messages: an answer to an earlier round is passed over. */
  round: number;
  /** From when on a majority that is merely silent is not waited for any more. */
  weakAtMs: number;
  /** Attempts at a strong round. */
  tries: number;
  scope: Scope | undefined;
  ballot: Stamp | undefined;
  /** Where `value` was accepted, or is to be. */
  height: Height | undefined;
  /** What a fast round builds on, as this node was told or has it itself. */
  footing: Footing | undefined;
  /** Fast rounds begun. */
  fastTries: number;
  replies: Map<string, Reply>;
  /** Who may still answer in this round, and since when that is waited for. */
  awaited: Map<string, number>;
  /** Ids of the messages of this round that are not answered. */
  readonly calls: Set<string>;
  /** Ids of the FORWARDs that offer bytes. */
  readonly transfers: Set<string>;
  /** Epochs whose majority the answers to PREPARE left needed. */
  needed: Scope['epochs'];
  /** How the value goes out: into the main line, or beside it. */
  path: 'ACCEPT' | 'BRANCH';
  /** What the ACCEPT or BRANCH under way carries. */
  value: FileVersion | undefined;
  /** What the round showed to be chosen, for those that do not know it yet. */
  seen: Seen | undefined;
  /** Nodes that keep the bytes of `value`, or of what was read. */
  holders: Set<string>;
  /** To whom a BRANCH goes. */
  branchTo: readonly string[];
  /** Where branches were taken into the value: the conflict copies that this has put beside it. */
  merged: readonly Conflict[] | undefined;
  /** What the value takes in that this node brings back: see `passedOver`. */
  broughtBack: readonly FileVersion[];
  outcome: Outcome | undefined;

  /** The version that this operation made. A retry keeps it: some node may have accepted it already. */
  minted: FileVersion | undefined;
  /** Whether the minted version may have been sent. */
  sent: boolean;
  /** Whether the name held nothing when the version was minted. */
  created: boolean;
  /** How the bytes of `value`, or of the upload, fare on their way to each node. */
  bytes: Map<string, Transfer>;
  /** Nodes that were sent the bytes of `value` with a message of this round. */
  readonly attachedTo: Set<string>;
  /** Whether the upload's bytes have become those of the minted version. */
  isTokenKept: boolean;
  /** Whether every node that can be reached is to be heard, not only a majority. */
  wantsAll: boolean;
  /** Whether all voters have been asked in this round of queries. */
  asksAll: boolean;
  /** Whether the value went out in this round and is durable where `ok` came back. */
  isProposed: boolean;
  /** Whether the value was chosen in this node's own round. */
  isChosen: boolean;
  /** When the outcome was known: what is left is waiting for further copies. */
  settledAtMs: number;
  /** With copies on every node: how the lap fares. */
  fill: 'none' | 'going' | 'home';
  fillRequest: string;
  /** Further nodes on which the value is durable: by filling, by copying. */
  readonly copiedTo: Set<string>;
  /** A read: the voter that is to send the bytes along, and what it has sent, staged here until the operation ends. */
  giver: string | undefined;
  given: Given | undefined;
  /** The tombstone floor when a weak attempt began. */
  floor: number;
}

/** Bytes of a version that came with an answer. */
export interface Given {
  readonly from: string;
  readonly version: Stamp;
  readonly token: string;
}

export type Phase = 'queued' | 'querying' | 'fast' | 'preparing' | 'gathering' | 'accepting' | 'pausing' | 'weighing' | 'branching' | 'settling' | 'ended';

/** What an operation does next; `nack`, `stale`, `full` and `noquorum` say why a strong round is to be tried again. */
export type Next = 'query' | 'fast' | 'prepare' | 'accept' | 'weigh' | 'branch' | 'settle' | 'end' | 'wait' | 'nack' | 'stale' | 'full' | 'noquorum';

export interface Transfer {
  readonly state: 'asked' | 'here' | 'failed';
  readonly sinceMs: number;
  readonly attempts: number;
  /** Why it failed. */
  readonly code?: string;
}

/** What a fast round builds on: where the voters stand, and with what. */
export interface Footing {
  /** Nobody has told it. */
  readonly isGuess?: boolean;
  readonly base: Base;
  readonly current: FileVersion | undefined;
}

/** What the operation found out, before anybody is told. */
export type Outcome =
  | { readonly type: 'read'; readonly value: FileVersion | undefined; readonly grade: 'strong' | 'weak' }
  /** `replaced`: something else has taken its place since. How many copies there are of that does not matter to who wrote this. */
  | { readonly type: 'written'; readonly value: FileVersion; readonly created: boolean; readonly replaced?: boolean; readonly grade: 'strong' | 'weak' }
  | { readonly type: 'merged' }
  | { readonly type: 'absent'; readonly grade: 'strong' | 'weak' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly grade?: 'strong' | 'weak' };

export function anOp(ref: string, kind: Op['kind'], name: string, client: ClientRequest | undefined, endsAtMs: number): Op {
  return {
    ref,
    kind,
    name,
    clients: client === undefined ? [] : [client.ref],
    write: client?.op === 'put' || client?.op === 'delete' ? client : undefined,
    endsAtMs,
    phase: 'queued',
    round: 0,
    weakAtMs: 0,
    tries: 0,
    scope: undefined,
    ballot: undefined,
    height: undefined,
    footing: undefined,
    fastTries: 0,
    replies: new Map(),
    awaited: new Map(),
    calls: new Set(),
    transfers: new Set(),
    needed: [],
    path: 'ACCEPT',
    value: undefined,
    seen: undefined,
    holders: new Set(),
    branchTo: [],
    merged: undefined,
    broughtBack: [],
    outcome: undefined,
    minted: undefined,
    sent: false,
    created: false,
    bytes: new Map(),
    attachedTo: new Set(),
    isTokenKept: false,
    wantsAll: kind === 'merge' || (client?.op === 'get' && client.headOnly),
    asksAll: false,
    isProposed: false,
    isChosen: false,
    settledAtMs: 0,
    fill: 'none',
    fillRequest: '',
    copiedTo: new Set(),
    giver: undefined,
    given: undefined,
    floor: 0,
  };
}
