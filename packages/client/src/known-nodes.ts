import type { RingBody } from '@coring/protocol';
import type { NodeCache } from './node-cache.js';

/** The nodes that a client may ask: the one it was given, and those that it learned of. */
export class KnownNodes {
  readonly named: string;
  /** The ring that the named node belongs to, as far as known. */
  ringId: string | undefined;
  readonly #cache: NodeCache;
  #others: readonly string[];
  /** Where the last request was answered: the next one begins there. */
  #preferred: string;
  readonly #verified: Set<string>;

  constructor(named: string, cache: NodeCache) {
    this.named = named;
    this.#cache = cache;
    this.#preferred = named;
    this.#verified = new Set([named]);
    const kept = cache.read(named);
    this.#others = kept?.addresses ?? [];
    this.ringId = kept?.ringId;
  }

  /** In the order in which they are asked. */
  all(): readonly string[] {
    return [...new Set([this.#preferred, this.named, ...this.#others])];
  }

  prefer(address: string): void {
    this.#preferred = address;
  }

  /** Whether the node is known to belong to the ring of the named one. */
  isVerified(address: string): boolean {
    return this.#verified.has(address);
  }

  /** Takes a node for one of the ring if it says so itself: what was remembered may be out of date, and another ring must not be given this one's files. */
  verify(address: string, ring: RingBody): boolean {
    if (this.ringId !== undefined && ring.ringId !== this.ringId) return false;
    this.#verified.add(address);
    return true;
  }

  learn(ring: RingBody): void {
    this.ringId = ring.ringId;
    this.#others = ring.nodes.filter(({ state }) => state === 'up' || state === 'leaving').map(({ address }) => address);
    this.#cache.write(this.named, { ringId: ring.ringId, addresses: this.#others });
  }
}
