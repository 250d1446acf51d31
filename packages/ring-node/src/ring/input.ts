import type { BucketDigest, BucketSet, ErrorCode, Message, Stamp } from '@coring/protocol';
import type { ClientRequest } from './client-request.js';
import type { Register } from './files/register.js';

/** Everything that can happen to a node. The shell feeds one at a time. */
export type Input =
  /** A timer of the core is due; see nextDueMs. */
  | { readonly type: 'tick' }
  /** A well-formed message from an authenticated link; `message.from` is the link's peer. `token`: the bytes that came with it, staged; the core keeps or discards them. */
  | { readonly type: 'message'; readonly message: Message; readonly seenAddress?: string; readonly token?: string }
  /** A message could not be handed to a link: refused, unreachable, or the link closed before it was written. */
  | { readonly type: 'unsent'; readonly messageId: string; readonly to?: string }
  /** Join the ring of the node at this address. Repeated by the shell until a `joined` or `refused` event. */
  | { readonly type: 'join'; readonly address: string }
  /**
   * Leave the ring: for a restart, for good, or to sleep until somebody dials, or for so long. A `left` event says that it is done; none comes where a node may not
   * sleep.
   */
  | { readonly type: 'leave'; readonly mode: 'away' | 'for-good' | 'sleep'; readonly wakeAfterMs?: number }
  /** What the operator said of any node. Answered by an `operated` effect. */
  | { readonly type: 'operate'; readonly ref: string; readonly op: 'leave' | 'forget'; readonly nodeId: string }
  | { readonly type: 'request'; readonly request: ClientRequest }
  /** A client's upload, staged under the token, is large and still coming in: it may go on to others meanwhile. Ends in the request of that token, or in `given-up`. */
  | { readonly type: 'uploading'; readonly name: string; readonly token: string; readonly size?: number }
  /** That upload came to nothing, and its staged bytes are gone. */
  | { readonly type: 'given-up'; readonly name: string; readonly token: string }
  /** The client went away: no answer is wanted. What may have been sent is finished all the same. */
  | { readonly type: 'cancel'; readonly ref: string }
  /** Answers the effect `load`: the record, and the versions of the name whose bytes the store has. */
  | { readonly type: 'loaded'; readonly name: string; readonly register?: Register; readonly kept: readonly Stamp[] }
  /** Answers the effects `scan` and `scan-buckets`, in their order. */
  | { readonly type: 'scanned'; readonly ref: string; readonly entries: readonly ScannedEntry[]; readonly equal?: BucketSet; readonly more: boolean }
  /** Answers the effect `digest`, in rising order of its buckets. */
  | { readonly type: 'digested'; readonly ref: string; readonly digests: readonly BucketDigest[] }
  /** Answers the effect `fetch`: the bytes are here, whole and verified, staged under the token. */
  | { readonly type: 'fetched'; readonly ref: string; readonly token: string; readonly digest: string; readonly size: number }
  | { readonly type: 'unfetched'; readonly ref: string; readonly code: ErrorCode; readonly message: string }
  /** The disk does not give the bytes of a version as they were kept, or at all. */
  | { readonly type: 'damaged'; readonly name: string; readonly version: Stamp }
  /** The disk is so full that nothing is to be saved that can wait, or it has room again. */
  | { readonly type: 'room'; readonly isFull: boolean }
  /** What has gone to and come from clients of late, in bytes per second. */
  | { readonly type: 'load'; readonly bytesPerSecond: number }
  /** Figures of the store, for sightings in CHECK. */
  | { readonly type: 'figures'; readonly files: number; readonly bytes: number; readonly freeBytes: number };

export interface ScannedEntry {
  readonly name: string;
  readonly register: Register;
  readonly kept: readonly Stamp[];
}
