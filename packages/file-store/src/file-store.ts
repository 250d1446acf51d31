import { resolve as resolvePath } from 'node:path';
import type { Readable } from 'node:stream';
import { openContent, type Range } from './content.js';
import { contentHash } from './digest.js';
import { stagingFiles } from './disk-staging.js';
import { diskError, StoreError } from './error.js';
import type { Files } from './files.js';
import { Journal } from './journal.js';
import { KeptIndex } from './kept.js';
import { bytesPlace, layoutOf } from './layout.js';
import { takeLock } from './lock.js';
import { nodeFiles } from './node-files.js';
import { identify, journalHeader, prepareDirectory } from './open.js';
import { nodeProcesses, type Processes } from './processes.js';
import { type KeyRange, Records } from './records.js';
import { restore } from './restore.js';
import { OpenedBytes } from './opened.js';
import { type Opened, SMALL_BYTES_MAX, type Staging, type Store, type StoreChange, type StoreFigures } from './store.js';
import { Uploads } from './uploads.js';
import { type Parts, Writer } from './writer.js';

export interface FileStoreOptions {
  readonly files?: Files;
  readonly processes?: Processes;
}

/**
 * The store in a directory, made if absent or empty. Whatever a crash left half done is undone first.
 * @throws StoreError `in-use`, `unknown-format`, `not-a-store`, `lost-contents`, `damaged`, `disk-full`, `disk-failed`
 */
export async function openFileStore(
  dir: string,
  { files = nodeFiles, processes = nodeProcesses }: FileStoreOptions = {},
): Promise<{ store: Store; nodeId: string; isNew: boolean }> {
  const layout = layoutOf(resolvePath(dir));
  try {
    await prepareDirectory(layout, files);
    const release = await takeLock(layout.dir, files, processes);
    try {
      const { nodeId, isNew } = await identify(layout, files);
      const records = new Records();
      const kept = new KeptIndex();
      const { file, lengths, folders } = await restore(layout, nodeId, records, kept, files);
      const journal = new Journal(files, layout, journalHeader(nodeId), file, lengths);
      return { store: new FileStore({ files, layout, records, kept, journal, folders, uploads: new Uploads(stagingFiles(files, layout)) }, release), nodeId, isNew };
    } catch (cause) {
      await release();
      throw cause;
    }
  } catch (cause) {
    throw diskError(cause, `open the data directory ${layout.dir}`);
  }
}

class FileStore implements Store {
  readonly #parts: Parts;
  readonly #writer: Writer;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts, release: () => Promise<void>) {
    this.#parts = parts;
    this.#writer = new Writer(parts);
    this.#release = release;
  }

  async get(space: string, key: string): Promise<unknown> {
    this.#refuseClosed();
    return this.#parts.records.get(space, key);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#refuseClosed();
    return this.#writer.commit(changes);
  }

  async records(space: string, range: KeyRange): Promise<{ key: string; value: unknown }[]> {
    this.#refuseClosed();
    return this.#parts.records.range(space, range);
  }

  async names(space: string, range: KeyRange): Promise<string[]> {
    this.#refuseClosed();
    return this.#parts.records.names(space, range);
  }

  async inBucket(bucket: number, range: Parameters<Store['inBucket']>[1]): Promise<{ key: string; value: unknown }[]> {
    this.#refuseClosed();
    return this.#parts.records.inBucket(bucket, range);
  }

  async kept(name: string): Promise<ReturnType<KeptIndex['versions']>> {
    this.#refuseClosed();
    return this.#parts.kept.versions(name);
  }

  async stage(options?: { readonly digest: boolean }): Promise<Staging> {
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

  async read(what: Parameters<Store['read']>[0], range?: Range): Promise<Opened | undefined> {
    this.#refuseClosed();
    const inMemory = 'token' in what ? this.#parts.uploads.peek(what.token) : undefined;
    if (inMemory !== undefined) return new OpenedBytes(inMemory, range);
    for (let found = this.#locate(what); found !== undefined; ) {
      try {
        const stream = await openContent(this.#parts.files, found.path, found.size, found.size > SMALL_BYTES_MAX ? range : undefined);
        if (found.size > SMALL_BYTES_MAX) return { size: found.size, stream };
        return new OpenedBytes(Buffer.concat((await stream.toArray()) as Buffer[]), range);
      } catch (cause) {
        // A commit may have moved or dropped it between the look and the opening.
        const again = this.#locate(what);
        if (again?.path === found.path) throw cause;
        found = again;
      }
    }
    return undefined;
  }

  digests(): ReadonlyMap<number, string> {
    return this.#parts.kept.digests();
  }

  async figures(): Promise<StoreFigures> {
    this.#refuseClosed();
    const freeBytes = await this.#parts.files.freeBytes(this.#parts.layout.dir).catch((cause: unknown) => {
      throw diskError(cause, 'ask for the free space');
    });
    return { ...this.#parts.kept.figures(), freeBytes };
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish().catch((cause: unknown) => {
      throw diskError(cause, 'close the store');
    });
    return this.#closing;
  }

  async #finish(): Promise<void> {
    await this.#writer.idle();
    for (const upload of this.#parts.uploads.all()) await upload.release();
    await this.#parts.journal.close();
    await this.#release();
  }

  #locate(what: Parameters<Store['read']>[0]): { path: string; size: number } | undefined {
    const { kept, layout, uploads } = this.#parts;
    if ('token' in what) {
      const upload = uploads.sealed(what.token);
      return upload?.path === undefined ? undefined : { path: upload.path, size: upload.size };
    }
    const size = kept.sizeOf(what.name, what.version);
    return size === undefined ? undefined : { path: bytesPlace(layout, contentHash(what.name, what.version)).path, size };
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new StoreError('closed', 'the store is closed');
  }
}
