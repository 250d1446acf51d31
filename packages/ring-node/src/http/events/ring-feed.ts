import { type EventAt, isOfFiles, type LoadEvent, type NodeEvent } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { Allowance } from './allowance.js';
import { type Feed, Told } from './feed.js';
import { PeerFeed } from './peer-feed.js';

/** So many events are remembered for those who come back, and so many characters of them. */
const REMEMBERED = 1000;
const REMEMBERED_CHARACTERS = 2 ** 20;
/** Events of files told in a second, of all nodes together, and asked of one peer, and of all of them. */
const OF_FILES_MAX = 50;
const ASKED_OF_ALL = 400;
/** How long the peers are listened to after the last watcher has gone, in milliseconds: it may come back. */
const LINGER_MS = 30_000;
/** Numbers go on from one life of the feed to the next, as long as so many events a millisecond are enough. */
const NUMBERS_PER_MS = 10;

/**
 * What happens at every node of the ring, each event with the node at which it happened. Each peer tells what happens at itself, on one connection,
 * however many watch here; of nobody it is asked what others told it, so nothing goes in circles. While nobody watches, no peer is asked.
 */
export class RingFeed implements Feed {
  readonly #node: NodeFace;
  readonly #own: Feed;
  readonly #peers = new Map<string, PeerFeed>();
  readonly #listeners = new Set<(told: Told) => void>();
  readonly #allowance = new Allowance();
  /** Events of files not told since the last `load`, by node. */
  readonly #leftOut = new Map<string, number>();
  #recent: Told[] = [];
  #characters = 0;
  #number = 0;
  #unwatch: (() => void) | undefined;
  #ending: NodeJS.Timeout | undefined;

  /** `closing` is aborted when the server closes. */
  constructor(node: NodeFace, own: Feed, closing: AbortSignal) {
    this.#node = node;
    this.#own = own;
    closing.addEventListener('abort', () => this.#end());
  }

  recent(): readonly Told[] {
    if (this.#unwatch === undefined) this.#recall();
    return this.#recent;
  }

  /** For a node that belongs to a ring. */
  watch(listener: (told: Told) => void): () => void {
    clearTimeout(this.#ending);
    this.#listeners.add(listener);
    if (this.#unwatch === undefined) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#ending);
      this.#ending = setTimeout(() => this.#end(), LINGER_MS).unref();
    };
  }

  #begin(): void {
    const { self } = this.#node.ring();
    this.#recall();
    this.#unwatch = this.#own.watch(({ event }) => {
      this.#hear(self, event);
      // Once a second, and when the ring is another one.
      if (event.type === 'load' || event.type === 'member' || event.type === 'ring') this.#follow();
    });
    this.#follow();
  }

  /** What this node remembers, of the time when nobody watched. */
  #recall(): void {
    if (this.#recent.length > 0 || !this.#node.isReady) return;
    const { self } = this.#node.ring();
    this.#number = Math.max(this.#number, Date.now() * NUMBERS_PER_MS);
    for (const { event, timeMs } of this.#node.recentEvents('lasting')) this.#keep(new Told({ ...event, at: self, timeMs }, ++this.#number));
  }

  #end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const peer of this.#peers.values()) peer.stop();
    this.#peers.clear();
    this.#recent = [];
    this.#characters = 0;
  }

  /** Listens to the nodes that are there, and to no others. */
  #follow(): void {
    if (!this.#node.isReady) return;
    const { nodes, self } = this.#node.ring();
    const others = nodes.filter(({ nodeId, state }) => nodeId !== self && (state === 'up' || state === 'leaving'));
    const addresses = new Map(others.map(({ nodeId, address }) => [nodeId, address]));
    for (const [nodeId, peer] of this.#peers) {
      if (addresses.get(nodeId) === peer.address) continue;
      peer.stop();
      this.#peers.delete(nodeId);
      this.#leftOut.delete(nodeId);
    }
    const filesPerSecond = Math.min(OF_FILES_MAX, Math.ceil(ASKED_OF_ALL / addresses.size));
    for (const [nodeId, address] of addresses) {
      if (!this.#peers.has(nodeId)) this.#peers.set(nodeId, new PeerFeed({ address, filesPerSecond, hear: (event) => this.#hear(nodeId, event), log: this.#node.log }));
    }
  }

  #hear(at: string, event: NodeEvent): void {
    if (event.type === 'load') this.#tell(new Told(this.#placed(at, this.#withLeftOut(at, event))));
    else if (isOfFiles(event.type) && !this.#allowance.take(OF_FILES_MAX)) this.#leftOut.set(at, (this.#leftOut.get(at) ?? 0) + 1);
    else this.#remember(new Told(this.#placed(at, event), ++this.#number));
  }

  #placed(at: string, event: NodeEvent): EventAt {
    return { ...event, at, timeMs: Date.now() };
  }

  #withLeftOut(at: string, load: LoadEvent): LoadEvent {
    const leftOut = this.#leftOut.get(at) ?? 0;
    this.#leftOut.delete(at);
    return leftOut === 0 ? load : { ...load, leftOut: load.leftOut + leftOut };
  }

  #remember(told: Told): void {
    this.#keep(told);
    this.#tell(told);
  }

  #keep(told: Told): void {
    this.#recent.push(told);
    this.#characters += told.text.length;
    while (this.#recent.length > REMEMBERED || this.#characters > REMEMBERED_CHARACTERS) this.#characters -= this.#recent.shift()!.text.length;
  }

  #tell(told: Told): void {
    for (const listener of this.#listeners) listener(told);
  }
}
