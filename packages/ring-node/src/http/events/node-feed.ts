import type { RingEvent } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import type { RequestTally } from '../request-tally.js';
import type { Traffic } from '../../node/traffic.js';
import { type Feed, Told } from './feed.js';
import { LoadMeter } from './load-meter.js';

/** How often a node that is watched says how busy it is, in milliseconds. */
const LOAD_EVERY_MS = 1000;

type Listener = (told: Told) => void;

/** What happens at one node. While nobody watches it, nothing is done for it. */
export class NodeFeed implements Feed {
  readonly #node: NodeFace;
  readonly #newMeter: () => LoadMeter;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #newest: Told | undefined;

  constructor(node: NodeFace, tally: RequestTally, traffic: Traffic) {
    this.#node = node;
    this.#newMeter = () => new LoadMeter(node, tally, traffic);
  }

  recent(): readonly Told[] {
    return this.#node.recentEvents('all').map(({ event, number }) => new Told(event, number));
  }

  watch(listener: Listener): () => void {
    const unwatch = this.#node.watch((event, number) => listener(this.#toldOf(event, number)));
    this.#listeners.add(listener);
    if (this.#timer === undefined) this.#beginLoads(this.#newMeter());
    return () => {
      unwatch();
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#newest = undefined;
    };
  }

  #beginLoads(meter: LoadMeter): void {
    this.#timer = setInterval(() => {
      if (!this.#node.isReady) return;
      const told = new Told(meter.measure());
      for (const listener of this.#listeners) listener(told);
    }, LOAD_EVERY_MS);
  }

  /** The same for all who are told of the same event. */
  #toldOf(event: RingEvent, number: number): Told {
    if (this.#newest?.number !== number) this.#newest = new Told(event, number);
    return this.#newest;
  }
}
