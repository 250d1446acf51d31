import { join } from 'node:path';

/**
 * How a store lies on disk.
 *
 *     DIR/coring.json            {"format":2,"nodeId":"0f…","created":"2026-11-20T20:40:00.000Z"}: written last when a store is made
 *     DIR/lock-<pid>-<16 hex>    claim of the process that uses it, see lock.ts
 *     DIR/log/<8 hex>            segments of the log: records, small contents, and which large files are kept
 *     DIR/large/<8 hex>          contents of more than 65 536 bytes, one file each, from the upload's begin; those that the log does not keep are
 *                                swept at the next start
 *     DIR/index                  a snapshot of where everything is, see snapshot.ts; without it a start reads the whole log
 *     DIR/damaged-<node>/        all of these, of a node whose log was damaged: see set-aside.ts
 *     DIR/index.new              a snapshot being written; worth nothing before it is renamed
 *
 * Numbers are little-endian, checksums crc32, unless said otherwise. packages/file-store/FORMAT.md shows every byte.
 */
export const FORMAT = 2;

export interface Layout {
  readonly dir: string;
  readonly identity: string;
  readonly newIdentity: string;
  readonly log: string;
  readonly large: string;
  readonly snapshot: string;
  readonly newSnapshot: string;
}

export function layoutOf(dir: string): Layout {
  return {
    dir,
    identity: join(dir, 'coring.json'),
    newIdentity: join(dir, 'coring.json.new'),
    log: join(dir, 'log'),
    large: join(dir, 'large'),
    snapshot: join(dir, 'index'),
    newSnapshot: join(dir, 'index.new'),
  };
}

export const LOCK_PREFIX = 'lock-';
/** Of folders with what was set aside. */
export const ASIDE_PREFIX = 'damaged-';

/** What a store may hold at its top, beside locks. */
export const ownNames: readonly string[] = ['coring.json', 'coring.json.new', 'log', 'large', 'index', 'index.new'];

export function largePath(layout: Layout, file: number): string {
  return join(layout.large, file.toString(16).padStart(8, '0'));
}
