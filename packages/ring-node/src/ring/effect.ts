import type { BucketDigest, BucketSet, Message, RingEvent, Source, Stamp } from '@coring/protocol';
import type { ClientAnswer } from './client-request.js';

/**
 * What a step asks of the shell. The contract:
 * - Effects are carried out in the order in which they came, over all steps. Only a `load` may come earlier.
 * - A `send`, `answer`, `operated` or `event` goes out only when every `save` before it is durable: what a node says, it has on disk.
 *   Many saves may share one sync. Nothing waits for a lazy one: it becomes durable with the next save, in its order, or within a second.
 * - `load`, `scan`, `scan-buckets` and `digest` see every `save` before them.
 * - No effect is awaited by the next input: a slow peer or disk delays what comes after it, never the core.
 * - Values in effects are not changed by later steps: who carries them out may keep them as they are.
 * - `bytes` of a `send` or an `answer` go with it. Staged ones are taken as they are when the step ends, whatever a save of the same step makes of them.
 *   Bytes that are gone stay away: it goes without.
 */
export type Effect =
  | { readonly type: 'send'; readonly address: string; readonly message: Message; readonly bytes?: BytesAt }
  | { readonly type: 'save'; readonly changes: readonly Change[]; readonly isLazy?: true }
  /** Read the record of a name and which versions of it are kept; answered by `loaded`. */
  | { readonly type: 'load'; readonly name: string }
  /** Read registers in the order of names, those after `after` that begin with `prefix`; answered by `scanned`. */
  | { readonly type: 'scan'; readonly ref: string; readonly prefix: string; readonly after: string; readonly limit: number }
  /**
   * Read the registers in buckets, in rising order, and in a bucket in the order of names, those of the first after `after`; answered by `scanned`.
   * `unless`: leaves a bucket out whose digest is the one given for it, or that has none here and there, and says so in `equal`.
   */
  | {
      readonly type: 'scan-buckets';
      readonly ref: string;
      readonly buckets: BucketSet;
      readonly unless?: readonly BucketDigest[];
      readonly after: string;
      readonly limit: number;
    }
  /** The digests of buckets; answered by `digested`. */
  | { readonly type: 'digest'; readonly ref: string; readonly buckets: BucketSet }
  /**
   * Get bytes from one of the sources, in turn, verify size and digest, stage them; answered by `fetched` or `unfetched`. Those of an upload
   * may still be coming in at the source: then its digest is told at their end, and perhaps its size.
   */
  | {
      readonly type: 'fetch';
      readonly ref: string;
      readonly name: string;
      readonly digest?: string;
      readonly size?: number;
      readonly sources: readonly (Source & { readonly address: string })[];
      readonly deadlineMs: number;
    }
  /** Give up a fetch; no answer is wanted. */
  | { readonly type: 'abort'; readonly ref: string }
  | { readonly type: 'answer'; readonly ref: string; readonly answer: ClientAnswer; readonly bytes?: BytesAt }
  | { readonly type: 'operated'; readonly ref: string; readonly ok: boolean; readonly message: string }
  | { readonly type: 'event'; readonly event: RingEvent };

/** Small bytes on this disk: a kept version, which may just have been staged under the token. */
export interface BytesAt {
  readonly name: string;
  readonly version: Stamp;
  readonly token?: string;
}

/** Record spaces: `ring` for what the node knows of itself and the ring, `register` for the registers of names. */
export type RecordSpace = 'ring' | 'register';

/** One durable change. The changes of one save become durable together or in their order. */
export type Change =
  | { readonly do: 'put'; readonly space: RecordSpace; readonly key: string; readonly value: object }
  | { readonly do: 'delete'; readonly space: RecordSpace; readonly key: string }
  /** The staged bytes become those of (name, version). */
  | { readonly do: 'keep'; readonly name: string; readonly version: Stamp; readonly token: string }
  /** The bytes of (name, version) go. */
  | { readonly do: 'drop'; readonly name: string; readonly version: Stamp }
  /** The staged bytes go. */
  | { readonly do: 'discard'; readonly token: string };
