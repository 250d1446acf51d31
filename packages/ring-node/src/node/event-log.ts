import type { RingEvent } from '../ring/index.js';

/** How many events are remembered for those who come back to watch. */
const REMEMBERED = 1000;

type Listener = (event: RingEvent, number: number) => void;

/** Numbers and counts the node's events, remembers the last ones, tells those who watch. */
export class EventLog {
  #number = 0;
  readonly #recent: { event: RingEvent; number: number }[] = [];
  readonly #listeners = new Set<Listener>();
  /** Of each type, since the start. */
  readonly counts = new Map<RingEvent['type'], number>();

  add(event: RingEvent): void {
    const number = ++this.#number;
    this.counts.set(event.type, (this.counts.get(event.type) ?? 0) + 1);
    this.#recent.push({ event, number });
    if (this.#recent.length > REMEMBERED * 1.5) this.#recent.splice(0, this.#recent.length - REMEMBERED);
    for (const listener of this.#listeners) listener(event, number);
  }

  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  recent(): readonly { readonly event: RingEvent; readonly number: number }[] {
    return this.#recent.slice(-REMEMBERED);
  }
}
