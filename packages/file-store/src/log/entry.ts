import type { Stamp } from '@coring/protocol';
import type { Key } from '../index/key.js';
import type { Place } from '../index/kept-versions.js';

/** A run of bytes in the log that is checked by itself: its crc32 (4 bytes), then `length` bytes. */
export interface Location {
  readonly segment: number;
  /** Of the crc32 within the segment's file. */
  readonly offset: number;
  /** In bytes, without the crc32. */
  readonly length: number;
}

/** One change, as the log has it. */
export type Entry =
  | { readonly do: 'put'; readonly space: string; readonly key: Key; readonly at: Location }
  | { readonly do: 'delete'; readonly space: string; readonly key: Key }
  | { readonly do: 'keep'; readonly key: Key; readonly version: Stamp; readonly size: number; readonly place: Place }
  | { readonly do: 'drop'; readonly key: Key; readonly version: Stamp }
  /** Older segments than this one count no more. */
  | { readonly do: 'begin'; readonly segment: number }
  /** Where the frames of the segment before this one end, in bytes: said first in a segment. */
  | { readonly do: 'follow'; readonly end: number };

/** The first byte of an entry on disk: see layout.ts. */
export const KIND = { put: 1, delete: 2, keepSmall: 3, keepLarge: 4, drop: 5, begin: 6, follow: 7 } as const;

/** A crc32. */
export const CHECKSUM_BYTES = 4;

/** What an entry takes in the log beside key and value, in bytes, roughly: garbage is reckoned with it. */
export const ENTRY_BYTES = 48;
