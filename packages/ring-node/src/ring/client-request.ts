import type { ErrorCode, FileVersion, Grade, RingHealth, Stamp } from '@coring/protocol';

/** Conditions on the current content, by quoted-free digest: RFC 9110, section 13.1. */
export interface Conditions {
  readonly ifMatch?: readonly string[] | '*';
  readonly ifNoneMatch?: readonly string[] | '*';
}

interface Common {
  /** Names the request between shell and core. */
  readonly ref: string;
  /** How long the client waits, in milliseconds: an answer or a refusal comes before. For a PUT the time that its bytes may travel is added. */
  readonly deadlineMs: number;
  /** `Coring-Require: strong`: refuse rather than answer weakly. */
  readonly requireStrong: boolean;
}

export interface GetRequest extends Common {
  readonly op: 'get';
  readonly name: string;
  /** A conflict copy or the current version, named. */
  readonly version?: Stamp;
  /** HEAD, or a listing of conflicts: the bytes are not needed. */
  readonly headOnly: boolean;
  /** A version whose bytes the client's side has: where that is current, nobody is asked for them. */
  readonly knows?: Stamp;
}
interface Change {
  readonly name: string;
  readonly conditions: Conditions;
  /** From `Idempotency-Key`, else fresh: the same id is done once. */
  readonly opId: string;
  /** Conflict copies that the change takes the place of, too; those that are not there are passed over. Such a change requires `strong`. */
  readonly resolves?: readonly Stamp[];
}

export interface PutRequest extends Common, Change {
  readonly op: 'put';
  /** The upload, staged whole on this node. The core keeps or discards it. */
  readonly token: string;
  readonly digest: string;
  readonly size: number;
  readonly contentType: string;
  readonly requireCopies?: number;
}
export interface DeleteRequest extends Common, Change {
  readonly op: 'delete';
}
export interface ListRequest extends Common {
  readonly op: 'list';
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}
export type ClientRequest = GetRequest | PutRequest | DeleteRequest | ListRequest;

/** What every answer about a file can say of it. */
export interface Receipt {
  readonly grade: Grade;
  /** Copies known to be durable now, and wanted. */
  readonly copies: number;
  readonly wanted: number;
  /** The nodes known to hold it. */
  readonly nodes: readonly string[];
  readonly hops: number;
  readonly epoch: number;
  readonly health: RingHealth;
}

/** A name as a list finds it, also a deleted one beside which conflict copies are kept. `held`: of which versions each node that was asked says that it keeps the bytes. */
export interface ListedName {
  readonly name: string;
  readonly value: FileVersion;
  readonly held: readonly { readonly nodeId: string; readonly versions: readonly Stamp[] }[];
}

export type ClientAnswer =
  /** `from` absent: the bytes are not needed. */
  | { readonly type: 'found'; readonly value: FileVersion; readonly from?: { readonly nodeId: string; readonly version: Stamp }; readonly receipt: Receipt }
  /** `value`: a deletion beside which conflict copies are kept. */
  | { readonly type: 'absent'; readonly value?: FileVersion; readonly receipt: Receipt }
  /** `enough` is false where the client named a number of copies and fewer were durable in time (202). */
  | { readonly type: 'stored'; readonly value: FileVersion; readonly created: boolean; readonly enough: boolean; readonly receipt: Receipt }
  | { readonly type: 'deleted'; readonly value: FileVersion; readonly receipt: Receipt }
  | {
      readonly type: 'listed';
      readonly files: readonly ListedName[];
      readonly next?: string;
      readonly grade: Grade;
      readonly partial: boolean;
    }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly receipt?: Receipt };
