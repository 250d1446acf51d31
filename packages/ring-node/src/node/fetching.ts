import { pipeline } from 'node:stream/promises';
import { type Store, StoreError } from '@coring/file-store';
import type { ErrorCode } from '@coring/protocol';
import type { Effect, Input } from '../ring/index.js';
import type { Links } from './links/links.js';

type FetchEffect = Extract<Effect, { type: 'fetch' }>;

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
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(Math.max(1, Math.ceil(effect.deadlineMs)))]);
    void this.#fetch(effect, signal).then((input) => {
      this.#underWay.delete(effect.ref);
      if (!controller.signal.aborted) this.#feed(input);
      else if (input.type === 'fetched') void this.#store.commit([{ do: 'discard', token: input.token }]).catch(() => undefined);
    });
  }

  abort(ref: string): void {
    this.#underWay.get(ref)?.abort();
    this.#underWay.delete(ref);
  }

  stop(): void {
    for (const controller of this.#underWay.values()) controller.abort();
    this.#underWay.clear();
  }

  async #fetch(effect: FetchEffect, signal: AbortSignal): Promise<Input> {
    let code: ErrorCode = 'unavailable';
    let message = 'no source was named';
    for (const source of effect.sources) {
      if (signal.aborted) break;
      try {
        return { type: 'fetched', ref: effect.ref, token: await this.#from(source, effect, signal) };
      } catch (error) {
        message = (error as Error).message;
        code = error instanceof StoreError ? (error.code === 'disk-full' ? 'disk-full' : 'disk-failed') : 'unavailable';
      }
    }
    return { type: 'unfetched', ref: effect.ref, code, message };
  }

  /** The token under which the source's bytes are staged here, whole and with the right digest. */
  async #from(source: FetchEffect['sources'][number], { name, size, digest }: FetchEffect, signal: AbortSignal): Promise<string> {
    const { address, nodeId, version, token } = source;
    const fetched = await this.#links.fetch(address, nodeId, { name, ...(version === undefined ? {} : { version }), ...(token === undefined ? {} : { token }) }, signal);
    const staging = await this.#store.stage();
    try {
      let taken = 0;
      await pipeline(
        fetched.stream,
        async (chunks: AsyncIterable<Uint8Array>) => {
          for await (const chunk of chunks) {
            taken += chunk.length;
            if (taken > size) throw new Error(`${nodeId} sent more than ${size} bytes`);
            await staging.write(chunk);
          }
        },
        { signal },
      );
      const sealed = await staging.seal();
      if (sealed.size !== size || sealed.digest !== digest) throw new Error(`${nodeId} sent other bytes than asked for`);
      return staging.token;
    } catch (error) {
      fetched.stream.destroy();
      await staging.discard();
      throw error;
    }
  }
}
