import { createHash, randomBytes } from 'node:crypto';
import { freemem } from 'node:os';
import { Readable } from 'node:stream';
import { StoreError } from './error.js';
import { contentHash } from './digest.js';
import { KeptIndex } from './kept.js';
import { jsonOf, Records } from './records.js';
import type { Opened, Staging, Store, StoreChange } from './store.js';

/** A store that forgets: for tests, for simulation and for nodes that need not remember. */
export function memoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #records = new Records();
  readonly #kept = new KeptIndex();
  readonly #contents = new Map<string, Buffer>();
  /** Sealed uploads by token. */
  readonly #staged = new Map<string, Buffer>();
  #closed = false;

  async get(space: string, key: string): Promise<unknown> {
    this.#refuseClosed();
    return this.#records.get(space, key);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#refuseClosed();
    const taken = new Set<string>();
    for (const change of changes) {
      if (change.do === 'keep' && (taken.has(change.token) || !this.#staged.has(change.token))) throw noSuchToken(change.token);
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

  async kept(name: string): Promise<ReturnType<KeptIndex['versions']>> {
    this.#refuseClosed();
    return this.#kept.versions(name);
  }

  async stage(): Promise<Staging> {
    this.#refuseClosed();
    const token = randomBytes(16).toString('hex');
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let state: 'open' | 'sealed' | 'discarded' = 'open';
    return {
      token,
      write: async (chunk) => {
        if (state !== 'open' || this.#closed) throw noSuchToken(token);
        hash.update(chunk);
        chunks.push(Buffer.from(chunk));
      },
      seal: async () => {
        if (state !== 'open' || this.#closed) throw noSuchToken(token);
        state = 'sealed';
        const content = Buffer.concat(chunks.splice(0));
        this.#staged.set(token, content);
        return { size: content.length, digest: hash.digest('hex') };
      },
      discard: async () => {
        state = 'discarded';
        chunks.length = 0;
        this.#staged.delete(token);
      },
    };
  }

  async read(what: Parameters<Store['read']>[0], range?: { readonly start: number; readonly end: number }): Promise<Opened | undefined> {
    this.#refuseClosed();
    const content = 'token' in what ? this.#staged.get(what.token) : this.#contents.get(contentHash(what.name, what.version));
    if (content === undefined) return undefined;
    const wanted = content.subarray(range?.start ?? 0, range?.end ?? content.length);
    return { size: content.length, stream: Readable.from(wanted.length === 0 ? [] : [wanted], { objectMode: false }) };
  }

  digests(): ReadonlyMap<number, string> {
    return this.#kept.digests();
  }

  async figures(): Promise<{ files: number; bytes: number; freeBytes: number }> {
    this.#refuseClosed();
    return { ...this.#kept.figures(), freeBytes: freemem() };
  }

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
          const content = this.#staged.get(change.token)!;
          this.#staged.delete(change.token);
          this.#contents.set(contentHash(change.name, change.version), content);
          this.#kept.add(change.name, change.version, content.length);
        };
      case 'drop':
        return () => {
          this.#contents.delete(contentHash(change.name, change.version));
          this.#kept.remove(change.name, change.version);
        };
      case 'discard':
        return () => this.#staged.delete(change.token);
    }
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed');
  }
}

function noSuchToken(token: string): StoreError {
  return new StoreError('no-such-token', `no sealed upload has the token ${token.slice(0, 40)}`);
}
