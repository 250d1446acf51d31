import { freemem } from 'node:os';
import type { Readable } from 'node:stream';
import { StoreError } from './error.js';
import { formatStamp, type Stamp } from '@coring/protocol';
import { KeptIndex } from './kept.js';
import { OpenedBytes } from './opened.js';
import { jsonOf } from './json.js';
import { Records } from './records.js';
import type { Opened, StageOptions, Staging, Store, StoreChange } from './store.js';
import { noSuchToken, Uploads } from './uploads.js';

/** A store that forgets: for tests, for simulation and for nodes that need not remember. */
export function memoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #records = new Records();
  readonly #kept = new KeptIndex();
  readonly #contents = new Map<string, Buffer>();
  readonly #uploads = new Uploads();
  #closed = false;

  async get(space: string, key: string): Promise<unknown> {
    this.#refuseClosed();
    return this.#records.get(space, key);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#refuseClosed();
    const taken = new Set<string>();
    for (const change of changes) {
      if (change.do === 'keep' && (taken.has(change.token) || this.#uploads.sealed(change.token) === undefined)) throw noSuchToken(change.token);
      if (change.do === 'keep' || change.do === 'discard') taken.add(change.token);
    }
    for (const step of changes.map((change) => this.#prepared(change))) step();
  }

  async records(space: string, range: Parameters<Store['records']>[1]): Promise<{ key: string; value: unknown }[]> {
    this.#refuseClosed();
    return this.#records.range(space, range);
  }

  async names(space: string, range: Parameters<Store['names']>[1]): Promise<string[]> {
    this.#refuseClosed();
    return this.#records.names(space, range);
  }

  async inBucket(bucket: number, range: Parameters<Store['inBucket']>[1]): Promise<{ key: string; value: unknown }[]> {
    this.#refuseClosed();
    return this.#records.inBucket(bucket, range);
  }

  knows(name: string): boolean {
    this.#refuseClosed();
    return this.#records.get('register', name) !== undefined || this.#kept.versions(name).length > 0;
  }

  kept(name: string): ReturnType<KeptIndex['versions']> {
    this.#refuseClosed();
    return this.#kept.versions(name);
  }

  async stage(options?: StageOptions): Promise<Staging> {
    this.#refuseClosed();
    return this.#uploads.stage(options);
  }

  take(bytes: Uint8Array): string {
    this.#refuseClosed();
    return this.#uploads.take(bytes);
  }

  peek(token: string): Uint8Array | undefined {
    return this.#uploads.peek(token);
  }

  follow(token: string): Readable | undefined {
    return this.#uploads.follow(token);
  }

  async read(what: Parameters<Store['read']>[0], range?: { readonly start: number; readonly end: number }): Promise<Opened | undefined> {
    this.#refuseClosed();
    const content = 'token' in what ? this.#uploads.sealed(what.token)?.bytes : this.#contents.get(placeOf(what.name, what.version));
    return content && new OpenedBytes(content, range);
  }

  digests(): ReadonlyMap<number, string> {
    return this.#kept.digests();
  }

  holding(bucket: number): ReturnType<Store['holding']> {
    return this.#kept.holding(bucket);
  }

  heldIn(bucket: number): ReturnType<Store['heldIn']> {
    return this.#kept.heldIn(bucket);
  }

  async figures(): Promise<{ files: number; bytes: number; freeBytes: number }> {
    this.#refuseClosed();
    return { ...this.#kept.figures(), freeBytes: freemem() };
  }

  readonly isFull = false;

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** A change that can no longer fail. */
  #prepared(change: StoreChange): () => void {
    switch (change.do) {
      case 'put': {
        const json = jsonOf(change.value);
        return () => this.#records.put(change.space, change.key, json);
      }
      case 'delete':
        return () => this.#records.delete(change.space, change.key);
      case 'keep':
        return () => {
          const upload = this.#uploads.sealed(change.token)!;
          const { bytes: content } = upload;
          void upload.end();
          this.#contents.set(placeOf(change.name, change.version), content);
          this.#kept.add(change.name, change.version, content.length);
        };
      case 'drop':
        return () => {
          this.#contents.delete(placeOf(change.name, change.version));
          this.#kept.remove(change.name, change.version);
        };
      case 'discard':
        return () => void this.#uploads.sealed(change.token)?.end();
    }
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed');
  }
}

function placeOf(name: string, version: Stamp): string {
  return `${formatStamp(version)} ${name}`;
}
