import type { Opened, Staging } from '@coring/file-store';
import type { OwnMerges, RingBody, ScrubBody, Stamp } from '@coring/protocol';
import type { ClientAnswer, ClientRequest, RingEvent } from '../ring/index.js';
import type { OwnHoldings } from './holdings.js';
import type { LoggedEvent } from './event-log.js';
import type { Log } from './log.js';
import type { MergesAsked } from './merge-report.js';
import type { OwnRecords } from './own-records.js';
import type { Traffic } from './traffic.js';

type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;
/** A client's request before the node has given it a reference. */
export type NewRequest = WithoutRef<ClientRequest>;

/** `bytes`: those of what was found, where they came with the answer. */
export type Answered = ClientAnswer & { readonly bytes?: Uint8Array };

/** What the HTTP side sees of a node. */
export interface NodeFace {
  /** Always settles with an answer, by the request's deadline. Aborting the signal says that nobody waits for it any more. */
  request(request: NewRequest, signal: AbortSignal): Promise<Answered>;
  /** The answer to a plain read where this node alone decides and all that it says is durable; undefined where `request` is to be asked. */
  readHere(name: string): Extract<ClientAnswer, { type: 'found' }> | undefined;
  /** The operator's word about a node: `leave` drains it for good, `forget` gives it up as lost. */
  operate(op: 'leave' | 'forget', nodeId: string): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** Begins to take in an upload that is to be the file of that name. `size`: as announced, in bytes. */
  stage(name: string, size?: number): Promise<Staging>;
  /** Takes in an upload that is whole and small, with its sha-256 in hex, and gives its token. @throws StoreError `disk-full` */
  take(bytes: Uint8Array, digest: string): string;
  /** The bytes of a version, from this node's store or streamed from a peer's; `end` is exclusive. Undefined where they cannot be had. */
  open(name: string, from: { readonly nodeId: string; readonly version: Stamp }, range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal): Promise<Opened | undefined>;
  ring(): RingBody;
  /** On whom the copies of a bucket's names belong, the first of them first. */
  owners(bucket: number): readonly string[];
  /** What is kept here. */
  readonly holdings: Pick<OwnHoldings, 'all' | 'in'>;
  /** What this node keeps for itself, and tells nobody. */
  readonly own: Pick<OwnRecords, 'read' | 'write'>;
  /** How far the reading of all copies here is, or what the last one found. */
  scrubbed(): ScrubBody;
  /** Begins to read all copies here, or hurries what is under way. */
  scrub(): void;
  /** What this node itself has merged, newest first. */
  merges(asked: MergesAsked): OwnMerges;
  /** It has joined, or founded, and serves. */
  readonly isReady: boolean;
  readonly isStopping: boolean;
  /** Its disk takes no more than its own few records. */
  readonly isDiskFull: boolean;
  /** What goes to and comes from other nodes; absent before it has begun. */
  readonly linkTraffic: Pick<Traffic, 'connections' | 'bytesIn' | 'bytesOut'> | undefined;
  /** Calls the listener with each event from now on, numbered from 1 without gaps; returns what ends it. */
  watch(listener: (event: RingEvent, number: number) => void): () => void;
  /** The last events before now, oldest first, at most as many as are remembered. */
  recentEvents(which: 'all' | 'lasting'): readonly LoggedEvent[];
  /** How many events there were of each type since the start. */
  eventCounts(): ReadonlyMap<RingEvent['type'], number>;
  readonly log: Log;
}
