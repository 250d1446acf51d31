import type { Readable } from 'node:stream';
import type { Stamp } from '@coring/protocol';

/** Contents of at most so many bytes are small: an upload of them stays in memory until a commit keeps it, and they are read at once. */
export { SMALL_BYTES_MAX } from '@coring/protocol';

/**
 * What a node asks of its disk. One node, one store. Names and versions are opaque here: nothing is known of rings.
 *
 * Two kinds of things are kept:
 * - *records*: small JSON values by (space, key), listed in the order of their keys' UTF-8 bytes;
 * - *bytes* of files by (name, version): several versions of a name side by side. They come in through staging and
 *   become visible in one step, whole, or never.
 */
export interface Store {
  /** The value of a record as last committed. */
  get(space: string, key: string): Promise<unknown>;

  /**
   * Makes the changes durable, in order, before it resolves. Calls made while another is under way may share its syncs
   * (group commit); they become durable in the order of the calls.
   * @throws StoreError `no-such-token`, `disk-full`, `disk-failed`; nothing of this call is visible then.
   */
  commit(changes: readonly StoreChange[]): Promise<void>;

  /** Records of a space in the order of keys, those after `after` that begin with `prefix`; at most `limit`. */
  records(space: string, range: { readonly prefix: string; readonly after: string; readonly limit: number }): Promise<{ readonly key: string; readonly value: unknown }[]>;

  /** Keys alone, as `records` gives them. */
  names(space: string, range: { readonly prefix: string; readonly after: string; readonly limit: number }): Promise<string[]>;

  /**
   * Records of the space `register` whose keys fall in a bucket of placement (`bucketOf`), as `records` gives them: a page costs what it holds, not
   * what the store holds.
   */
  inBucket(bucket: number, range: { readonly after: string; readonly limit: number }): Promise<{ readonly key: string; readonly value: unknown }[]>;

  /** Whether there is a record of the space `register`, or bytes, under a name: told without a look at the disk. */
  knows(name: string): boolean;

  /** Versions of a name whose bytes are kept: told without a look at the disk. */
  kept(name: string): Stamp[];

  /** Begins to take bytes in. Nothing of it is visible before a commit with `keep`. @throws StoreError `disk-full` */
  stage(options?: StageOptions): Promise<Staging>;

  /**
   * Stages bytes that are at hand, at most SMALL_BYTES_MAX of them, and gives their token: as good as written and sealed. The bytes must not be
   * changed afterwards: they are not copied.
   * @throws StoreError `disk-full`
   */
  take(bytes: Uint8Array): string;

  /** The staged bytes of a sealed token where they are small; undefined where they are not, or where there are none. */
  peek(token: string): Uint8Array | undefined;

  /**
   * The bytes of an upload from its begin, as they come; undefined where there is no such upload. Ends when it is sealed, errors with StoreError
   * `no-such-token` when it is discarded before that. It costs no memory to follow slowly: what is behind is read from the disk; who keeps pace may
   * be given the very memory that was written, which is not to be changed any more then. Who has begun goes on to the end, whatever a commit does
   * with the upload meanwhile.
   */
  follow(token: string): Readable | undefined;

  /**
   * The staged bytes of a sealed token, or the kept bytes of (name, version); undefined where there are none. A range is in bytes, `end` exclusive.
   * @throws StoreError `damaged` where bytes that should be there are missing, `disk-failed` where they cannot be opened
   */
  read(what: { readonly token: string } | { readonly name: string; readonly version: Stamp }, range?: { readonly start: number; readonly end: number }): Promise<Opened | undefined>;

  /**
   * For each bucket that has any, a digest over its (name, version)s with bytes: equal contents give equal digests, whatever
   * the order in which they came. Kept at write, not computed.
   */
  digests(): ReadonlyMap<number, string>;

  /** How many names of a bucket have bytes, and its digest; undefined where it has none. Kept at write as well. */
  holding(bucket: number): { readonly names: number; readonly digest: string } | undefined;

  /** The names of a bucket that have bytes, in their order, and the versions of each (as `formatStamp` writes them): told without a look at the disk. */
  heldIn(bucket: number): { readonly name: string; readonly versions: string[] }[];

  /** @throws StoreError `lost-contents` where what the store lies in is gone: nothing that is committed from then on is kept; `disk-failed` */
  figures(): Promise<StoreFigures>;

  /**
   * Whether the disk is so full that records live on room made ahead, which ends: only what cannot wait should be committed. Others may have
   * filled it; `figures` looks whether there is room again.
   */
  readonly isFull: boolean;

  /** Waits for what is under way, releases the lock. */
  close(): Promise<void>;
}

export type StoreChange =
  | { readonly do: 'put'; readonly space: string; readonly key: string; readonly value: unknown }
  | { readonly do: 'delete'; readonly space: string; readonly key: string }
  | { readonly do: 'keep'; readonly name: string; readonly version: Stamp; readonly token: string }
  | { readonly do: 'drop'; readonly name: string; readonly version: Stamp }
  | { readonly do: 'discard'; readonly token: string };

export interface StageOptions {
  /** Who receives bytes whose digest is known already asks for none. Default: true. */
  readonly digest?: boolean;
  /** Whether the bytes take the place of damaged ones: those are taken on a disk that is full for others. Default: false. */
  readonly mends?: boolean;
}

/** An upload under way. Write, then seal; or discard. Whatever is neither is gone at the next start. */
export interface Staging {
  readonly token: string;
  /** Resolves when the bytes are with the file system and more may come: backpressure. @throws StoreError `disk-full`, `disk-failed` */
  write(chunk: Uint8Array): Promise<void>;
  /** No more bytes. They are durable at the latest with the commit that keeps them. Digest is sha-256 in hex, empty where none was asked for. */
  seal(): Promise<{ readonly size: number; readonly digest: string }>;
  /** Idempotent; also after seal. */
  discard(): Promise<void>;
}

export interface Opened {
  /** Of the whole content, in bytes. */
  readonly size: number;
  /** The range asked for, where the content is small: checked, and at hand. The stream gives the same. */
  readonly bytes?: Buffer;
  /** Only the range asked for. Errors with StoreError `damaged` where the disk gives other bytes than were kept, as far as that is noticed. `giveBackRead` takes the memory of its chunks. */
  readonly stream: Readable;
}

export interface StoreFigures {
  /** Names that have bytes. */
  readonly files: number;
  /** Bytes kept, all versions. */
  readonly bytes: number;
  /** What the disk has left for this process. */
  readonly freeBytes: number;
}
