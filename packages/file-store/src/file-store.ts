import { resolve as resolvePath } from 'node:path';
import type { Readable } from 'node:stream';
import type { Stamp } from '@coring/protocol';
import { Compaction } from './compaction.js';
import { Contents } from './contents.js';
import { sizesFor } from './disk-sizes.js';
import { diskError, StoreError } from './error.js';
import { type Files, unlessCode } from './files.js';
import { FreeSpace } from './free-space.js';
import { type Catalogue, FILES_SPACE } from './index/catalogue.js';
import { keyOf } from './index/key.js';
import type { Page } from './index/space.js';
import { LargeFiles } from './large-files.js';
import { type Layout, layoutOf } from './layout.js';
import { takeLock } from './lock.js';
import type { Log, LogSizes } from './log/log.js';
import { Segments } from './log/segments.js';
import { nodeFiles } from './node-files.js';
import { identify, prepareDirectory } from './open.js';
import { restore } from './restore.js';
import { Snapshots } from './snapshots.js';
import type { Opened, StageOptions, Staging, Store, StoreChange, StoreFigures } from './store.js';
import { sweep } from './sweep.js';
import { Uploads } from './uploads.js';
import { Writer } from './writer.js';

export interface FileStoreOptions {
  /** New contents are refused where they would leave less of the disk, in bytes; by default a sixteenth of it, at most 256 MiB. */
  readonly reserveBytes?: number;
  readonly files?: Files;
  /** How the log is divided; by the size of the disk where it is not given. */
  readonly log?: LogSizes;
}

/**
 * The store in a directory, made if absent or empty. Whatever a crash left half done is undone first.
 * @throws StoreError `in-use`, `unknown-format`, `not-a-store`, `lost-contents`, `damaged`, `disk-full`, `disk-failed`
 */
export async function openFileStore(
  dir: string,
  { files = nodeFiles, reserveBytes, log }: FileStoreOptions = {},
): Promise<{ store: Store; nodeId: string; isNew: boolean }> {
  const layout = layoutOf(resolvePath(dir));
  try {
    await prepareDirectory(layout, files);
    const release = await takeLock(layout.dir, files);
    try {
      const { freeBytes, totalBytes } = await files.space(layout.dir);
      const sizes = sizesFor(totalBytes, reserveBytes, log);
      const { nodeId, isNew } = await identify(layout, files, sizes.log);
      const space = new FreeSpace(files, layout.dir, sizes.reserve, freeBytes);
      const store = new FileStore(await partsOf(layout, nodeId, sizes.log, space, files), release);
      return { store, nodeId, isNew };
    } catch (cause) {
      await release();
      throw cause;
    }
  } catch (cause) {
    throw diskError(cause, `open the data directory ${layout.dir}`);
  }
}

/** What a store on disk consists of. */
interface Parts {
  readonly layout: Layout;
  readonly files: Files;
  readonly catalogue: Catalogue;
  readonly contents: Contents;
  readonly uploads: Uploads;
  readonly writer: Writer;
  readonly compaction: Compaction;
  readonly snapshots: Snapshots;
  readonly large: LargeFiles;
  readonly log: Log;
  readonly segments: Segments;
  readonly space: FreeSpace;
}

async function partsOf(layout: Layout, nodeId: string, sizes: LogSizes, space: FreeSpace, files: Files): Promise<Parts> {
  const segments = new Segments(files, layout.log, nodeId);
  try {
    const { catalogue, log, replayedBytes } = await restore(layout, nodeId, segments, sizes, files);
    const large = new LargeFiles(files, layout, await sweep(layout, catalogue.largeFiles, files));
    const uploads = new Uploads({ large, space });
    const writer = new Writer({ log, catalogue, uploads, large });
    const compaction = new Compaction({ log, segments, catalogue, writer, segmentBytes: sizes.segment, isShort: () => space.isShort });
    const snapshots = new Snapshots({ files, layout, nodeId, catalogue, log, space, segmentBytes: sizes.segment }, replayedBytes);
    writer.onWritten((bytes) => {
      snapshots.appended(bytes);
      compaction.consider();
    });
    return { layout, files, catalogue, contents: new Contents(catalogue, segments, large), uploads, writer, compaction, snapshots, large, log, segments, space };
  } catch (cause) {
    await segments.close();
    throw cause;
  }
}

class FileStore implements Store {
  readonly #parts: Parts;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts, release: () => Promise<void>) {
    this.#parts = parts;
    this.#release = release;
  }

  async get(space: string, key: string): Promise<unknown> {
    this.#refuseClosed();
    return this.#parts.contents.record(space, keyOf(key));
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#refuseClosed();
    return this.#parts.writer.commit(changes);
  }

  async records(space: string, page: Page): Promise<{ key: string; value: unknown }[]> {
    const keys = await this.names(space, page);
    return this.#valuesOf(space, keys);
  }

  async names(space: string, page: Page): Promise<string[]> {
    this.#refuseClosed();
    return this.#parts.catalogue.space(space)?.list(page) ?? [];
  }

  async inBucket(bucket: number, range: Omit<Page, 'prefix'>): Promise<{ key: string; value: unknown }[]> {
    this.#refuseClosed();
    return this.#valuesOf(FILES_SPACE, this.#parts.catalogue.space(FILES_SPACE)!.inBucket(bucket, range));
  }

  knows(name: string): boolean {
    this.#refuseClosed();
    const key = keyOf(name);
    return this.#parts.catalogue.record(FILES_SPACE, key) !== undefined || this.#parts.catalogue.versions(key).length > 0;
  }

  kept(name: string): Stamp[] {
    this.#refuseClosed();
    return this.#parts.catalogue.versions(keyOf(name)).map(({ version }) => version);
  }

  async stage(options?: StageOptions): Promise<Staging> {
    this.#refuseClosed();
    return this.#parts.uploads.stage(options);
  }

  take(bytes: Uint8Array): string {
    this.#refuseClosed();
    return this.#parts.uploads.take(bytes);
  }

  peek(token: string): Uint8Array | undefined {
    return this.#parts.uploads.peek(token);
  }

  follow(token: string): Readable | undefined {
    return this.#parts.uploads.follow(token);
  }

  async read(what: Parameters<Store['read']>[0], range?: Parameters<Store['read']>[1]): Promise<Opened | undefined> {
    this.#refuseClosed();
    if ('token' in what) return this.#parts.uploads.open(what.token, range);
    return this.#parts.contents.open(keyOf(what.name), what.version, range);
  }

  digests(): ReadonlyMap<number, string> {
    return this.#parts.catalogue.digests();
  }

  holding(bucket: number): ReturnType<Store['holding']> {
    return this.#parts.catalogue.holding(bucket);
  }

  heldIn(bucket: number): ReturnType<Store['heldIn']> {
    return this.#parts.catalogue.heldIn(bucket);
  }

  async figures(): Promise<StoreFigures> {
    this.#refuseClosed();
    const { catalogue, space, log } = this.#parts;
    await this.#lookForDirectory();
    await log.lookForRoom();
    return { ...catalogue.figures(), freeBytes: await space.bytesLeft() };
  }

  get isFull(): boolean {
    return this.#parts.log.isCramped;
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish().catch((cause: unknown) => {
      throw diskError(cause, 'close the store');
    });
    return this.#closing;
  }

  async #finish(): Promise<void> {
    const { compaction, writer, uploads, snapshots, large, log, segments } = this.#parts;
    try {
      await compaction.stop();
      await writer.idle();
      await uploads.close();
      await snapshots.finish();
      await large.idle();
      await log.close();
    } finally {
      await segments.close().finally(() => this.#release());
    }
  }

  /** Records that are gone by the time they are read are left out. */
  async #valuesOf(space: string, keys: readonly string[]): Promise<{ key: string; value: unknown }[]> {
    const values = await Promise.all(keys.map(async (key) => ({ key, value: await this.#parts.contents.record(space, keyOf(key)) })));
    return values.filter(({ value }) => value !== undefined);
  }

  /** Files that are open outlive their folder: what is written to them then is nowhere at the next start. */
  async #lookForDirectory(): Promise<void> {
    const { layout, files } = this.#parts;
    const names = await files
      .list(layout.dir)
      .catch(unlessCode('ENOENT', 'ENOTDIR'))
      .catch((cause: unknown) => {
        throw diskError(cause, 'look for the data directory');
      });
    if (names?.includes('coring.json') !== true) throw new StoreError('lost-contents', `the data directory ${layout.dir} is not there any more`);
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new StoreError('closed', 'the store is closed');
  }
}
