import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Staging, type Store, StoreError } from '@coring/file-store';
import type { ErrorCode } from '@coring/protocol';
import { type Effect, type Input, isKept } from '../ring/index.js';
import { giveBack } from './links/chunk-memory.js';
import type { Links, Whole } from './links/links.js';

type FetchEffect = Extract<Effect, { type: 'fetch' }>;
type FetchSource = FetchEffect['sources'][number];

/** Gets bytes from peers into the staging of the store, for the core's `fetch`. */
export class Fetching {
  readonly #store: Store;
  readonly #links: Links;
  readonly #feed: (input: Input) => void;
  readonly #underWay = new Map<string, AbortController>();

  constructor(store: Store, links: Links, feed: (input: Input) => void) {
    this.#store = store;
    this.#links = links;
    this.#feed = feed;
  }

  start(effect: FetchEffect): void {
    const controller = new AbortController();
    this.#underWay.set(effect.ref, controller);
    const late = setTimeout(() => controller.abort(), Math.max(1, Math.ceil(effect.deadlineMs)));
    void this.#fetch(effect, controller.signal).then((input) => {
      clearTimeout(late);
      const isWanted = this.#underWay.delete(effect.ref);
      if (isWanted) this.#feed(input);
      else if (input.type === 'fetched') void this.#store.commit([{ do: 'discard', token: input.token }]).catch(() => undefined);
    });
  }

  abort(ref: string): void {
    const controller = this.#underWay.get(ref);
    this.#underWay.delete(ref);
    controller?.abort();
  }

  stop(): void {
    for (const ref of [...this.#underWay.keys()]) this.abort(ref);
  }

  async #fetch(effect: FetchEffect, signal: AbortSignal): Promise<Input> {
    let code: ErrorCode = 'unavailable';
    let message = 'no source was named';
    for (const source of effect.sources) {
      if (signal.aborted) break;
      try {
        return { type: 'fetched', ref: effect.ref, ...(await this.#from(source, effect, signal)) };
      } catch (error) {
        message = (error as Error).message;
        code = error instanceof StoreError ? (error.code === 'disk-full' ? 'disk-full' : 'disk-failed') : 'unavailable';
      }
    }
    return { type: 'unfetched', ref: effect.ref, code, message };
  }

  /** The token under which the source's bytes are staged here, whole and with the right digest. */
  async #from(source: FetchSource, expected: FetchEffect, signal: AbortSignal): Promise<Whole & { readonly token: string }> {
    const { nodeId, version } = source;
    const { stream, whole } = version === undefined ? await this.#follow(source, expected.name, signal) : await this.#open({ ...source, version }, expected.name, signal);
    let staging: Staging | undefined;
    try {
      // Who takes an upload in computes its digest; what is copied from disk to disk is compared with it. What is here already is damaged.
      const mends = version !== undefined && isKept(this.#store.kept(expected.name), version);
      staging = await this.#store.stage({ digest: version !== undefined, mends });
      await this.#take(stream, staging, expected.size ?? Infinity, signal);
      const staged = await staging.seal();
      const { size, digest } = (await whole) ?? staged;
      const isRight = size === staged.size && size === (expected.size ?? size) && digest === (expected.digest ?? digest);
      if (!isRight) throw new Error(`${nodeId} sent other bytes than asked for`);
      return { token: staging.token, size, digest };
    } catch (error) {
      stream.destroy();
      await staging?.discard();
      throw error;
    }
  }

  async #open({ address, nodeId, version }: FetchSource & Required<Pick<FetchSource, 'version'>>, name: string, signal: AbortSignal): Promise<{ stream: Readable; whole?: Promise<Whole> }> {
    return { stream: (await this.#links.fetch(address, nodeId, { name, version }, signal)).stream };
  }

  async #follow({ address, nodeId, token }: FetchSource, name: string, signal: AbortSignal): Promise<{ stream: Readable; whole?: Promise<Whole> }> {
    if (token === undefined) throw new Error('a source names neither a version nor an upload');
    return this.#links.follow(address, nodeId, { name, token }, signal);
  }

  async #take(stream: Readable, staging: Staging, bytesMax: number, signal: AbortSignal): Promise<void> {
    let taken = 0;
    const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of chunks) {
        taken += chunk.length;
        if (taken > bytesMax) throw new Error(`more than ${bytesMax} bytes were sent`);
        await staging.write(chunk);
        giveBack(chunk);
      }
    };
    await pipeline(stream, write, { signal });
  }
}
