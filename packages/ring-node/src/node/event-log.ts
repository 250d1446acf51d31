import { isOfFiles } from '@coring/protocol';
import type { RingEvent } from '../ring/index.js';

/** How many events are remembered for those who come back to watch. */
const REMEMBERED = 1000;
/** And how many of those that tell what has become of the ring, for those who come anew. */
const LASTING = 200;
/** Told again and again while all is well, or while something goes on. */
const passing: ReadonlySet<RingEvent['type']> = new Set(['check', 'check-home', 'ring', 'moving']);

export interface LoggedEvent {
  readonly event: RingEvent;
  readonly number: number;
  /** When it happened, by the wall clock, in milliseconds. */
  readonly timeMs: number;
}

type Listener = (event: RingEvent, number: number) => void;

/** Numbers and counts the node's events, remembers the last ones, tells those who watch. */
export class EventLog {
  #number = 0;
  readonly #recent: LoggedEvent[] = [];
  readonly #lasting: LoggedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  /** Of each type, since the start. */
  readonly counts = new Map<RingEvent['type'], number>();

  add(event: RingEvent): void {
    const logged = { event, number: ++this.#number, timeMs: Date.now() };
    this.counts.set(event.type, (this.counts.get(event.type) ?? 0) + 1);
    remember(this.#recent, logged, REMEMBERED);
    if (!passing.has(event.type) && !isOfFiles(event.type)) remember(this.#lasting, logged, LASTING);
    for (const listener of this.#listeners) listener(event, logged.number);
  }

  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The last events of all, or of those that tell what has become of the ring: no hops, no files. */
  recent(which: 'all' | 'lasting'): readonly LoggedEvent[] {
    return which === 'all' ? this.#recent.slice(-REMEMBERED) : this.#lasting.slice(-LASTING);
  }
}

/** Makes room only now and then: that moves all of them. */
function remember(events: LoggedEvent[], logged: LoggedEvent, max: number): void {
  events.push(logged);
  if (events.length > max * 1.5) events.splice(0, events.length - max);
}
