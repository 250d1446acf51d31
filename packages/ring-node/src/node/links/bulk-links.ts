import type { Fetch } from '@coring/protocol';
import { BulkFetcher } from './bulk-fetch.js';
import { dial } from './dial.js';
import { LinkError } from './link-error.js';
import type { Fetched, Followed, Links } from './links.js';
import type { WireContext } from './wire-context.js';

/** An unused link, and what ends it when it stays unused. */
interface Idle {
  readonly fetcher: BulkFetcher;
  readonly timer: NodeJS.Timeout;
}

/** The bulk links that this node dialled: taken from those unused, or dialled, for each fetch, and kept a while after it. */
export class BulkLinks {
  readonly #context: WireContext;
  readonly #idle = new Map<string, Idle[]>();
  readonly #all = new Set<BulkFetcher>();
  #isClosed = false;

  constructor(context: WireContext) {
    this.#context = context;
  }

  /** @throws LinkError */
  fetch(address: string, nodeId: string, what: Parameters<Links['fetch']>[2], signal: AbortSignal): Promise<Fetched> {
    const request: Fetch = { type: 'FETCH', ...what, offset: what.offset ?? 0 };
    return this.#ask(address, nodeId, signal, (fetcher) => fetcher.fetch(request, signal));
  }

  /** @throws LinkError */
  follow(address: string, nodeId: string, what: Parameters<Links['follow']>[2], signal: AbortSignal): Promise<Followed> {
    const request: Fetch = { type: 'FETCH', ...what, offset: 0 };
    return this.#ask(address, nodeId, signal, (fetcher) => fetcher.follow(request, signal));
  }

  async #ask<T>(address: string, nodeId: string, signal: AbortSignal, ask: (fetcher: BulkFetcher) => Promise<T>): Promise<T> {
    const kept = this.#takeIdle(keyOf(address, nodeId));
    if (kept !== undefined) {
      try {
        return await ask(kept);
      } catch (error) {
        // The peer may have ended a link that was unused for long; nothing was received on it yet.
        if (!(error instanceof LinkError) || !['closed', 'cut-short', 'refused', 'stopping'].includes(error.code)) throw error;
      }
    }
    return ask(await this.#dial(address, nodeId, signal));
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of [...this.#idle.values()].flat()) clearTimeout(timer);
    this.#idle.clear();
    for (const fetcher of this.#all) fetcher.destroy();
  }

  async #dial(address: string, nodeId: string, signal: AbortSignal): Promise<BulkFetcher> {
    const { limits } = this.#context;
    let dialled: BulkFetcher | undefined;
    await dial(this.#context, {
      address,
      purpose: 'bulk',
      signal,
      onOpen: (wire, opened) => {
        dialled = new BulkFetcher(wire, opened, {
          limits,
          onIdle: (fetcher) => this.#keep(keyOf(address, nodeId), fetcher),
          onOver: (fetcher) => this.#all.delete(fetcher),
        });
        this.#all.add(dialled);
        return dialled;
      },
    });
    if (dialled === undefined) throw new Error('a dial that is done has a link');
    if (this.#isClosed) dialled.destroy();
    if (dialled.opened.peer.nodeId === nodeId) return dialled;
    dialled.end();
    throw new LinkError('wrong-node', `${address} is node ${dialled.opened.peer.nodeId}, not ${nodeId}`);
  }

  #takeIdle(key: string): BulkFetcher | undefined {
    const kept = this.#idle.get(key) ?? [];
    for (let idle = kept.pop(); idle !== undefined; idle = kept.pop()) {
      clearTimeout(idle.timer);
      if (!idle.fetcher.isOver) return idle.fetcher;
    }
    this.#idle.delete(key);
    return undefined;
  }

  #keep(key: string, fetcher: BulkFetcher): void {
    const { bulkIdleMax, bulkIdleMs } = this.#context.limits;
    const kept = (this.#idle.get(key) ?? []).filter((idle) => !idle.fetcher.isOver);
    if (this.#isClosed || kept.length >= bulkIdleMax) return fetcher.end();
    const timer = setTimeout(() => {
      const left = this.#idle.get(key)?.filter((idle) => idle.fetcher !== fetcher) ?? [];
      if (left.length > 0) this.#idle.set(key, left);
      else this.#idle.delete(key);
      fetcher.end();
    }, bulkIdleMs);
    this.#idle.set(key, [...kept, { fetcher, timer }]);
  }
}

/** A node that came back at another address is not served by links to the old one. */
function keyOf(address: string, nodeId: string): string {
  return `${nodeId} ${address}`;
}
