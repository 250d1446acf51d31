import { join } from 'node:path';

/**
 * How a store lies on disk.
 *
 *     DIR/coring.json            {"format":1,"nodeId":"0f…","created":"2026-11-20T20:40:00.000Z"}: written last when a store is made
 *     DIR/lock-<pid>-<start>-…   claim of the process that uses it, see lock.ts
 *     DIR/journal                records, and which bytes are kept, see below
 *     DIR/journal.new            a shorter journal being written; worth nothing before it is renamed
 *     DIR/staging/<token>        uploads under way or waiting for a commit; swept at the next start
 *     DIR/bytes/<2 hex>/<62 hex> kept bytes; the 64 digits are sha-256 of `<time>-<node> <name>`. A name never becomes a path
 *
 * *Journal*: lines of text. Each is the crc32 of its JSON in 8 hex digits, a space, the JSON, a line feed. The first says whose it is, every
 * other one is a batch of commits made durable by one sync: all of it counts or, where a crash tore it, nothing. A worked example, after a
 * file "a.txt" of 3 bytes came and its record was written:
 *
 *     cd47b6f9 {"format":1,"nodeId":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"}
 *     82e98553 [["keep","a.txt",1790000000000000,"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",3],["put","register","a.txt",{"size":3}]]
 *
 * The entries are `["put", space, key, value]`, `["delete", space, key]`, `["keep", name, time, node, size]` and `["drop", name, time, node]`,
 * to be applied in order.
 *
 * *Bytes*: the content from offset 0, then a trailer: the crc32 of each 65 536 bytes of content (big-endian, 4 bytes each), the size (8 bytes),
 * the crc32 of the trailer so far (4 bytes), "CRG1". For the content "abc":
 *
 *     61 62 63 | 35 24 41 c2 | 00 00 00 00 00 00 00 03 | bf 5a 6d c4 | 43 52 47 31
 */
export const FORMAT = 1;

export interface Layout {
  readonly dir: string;
  readonly identity: string;
  readonly newIdentity: string;
  readonly journal: string;
  readonly newJournal: string;
  readonly staging: string;
  readonly bytes: string;
}

export function layoutOf(dir: string): Layout {
  return {
    dir,
    identity: join(dir, 'coring.json'),
    newIdentity: join(dir, 'coring.json.new'),
    journal: join(dir, 'journal'),
    newJournal: join(dir, 'journal.new'),
    staging: join(dir, 'staging'),
    bytes: join(dir, 'bytes'),
  };
}

export const LOCK_PREFIX = 'lock-';

/** What a store may hold at its top, beside locks. */
export const ownNames: readonly string[] = ['coring.json', 'coring.json.new', 'journal', 'journal.new', 'staging', 'bytes'];

export function stagingPath(layout: Layout, token: string): string {
  return join(layout.staging, token);
}

/** The folder and the file of kept bytes, from their content hash. */
export function bytesPlace(layout: Layout, hash: string): { folder: string; path: string } {
  const folder = join(layout.bytes, hash.slice(0, 2));
  return { folder, path: join(folder, hash.slice(2)) };
}
