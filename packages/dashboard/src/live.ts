import { type CopiesBody, type EventAt, paths, type RingBody } from '@coring/protocol';
import { asksForCopies, asksForSnapshot, emptyPicture, type Picture, withEvent, withPast, withSnapshot } from './model/picture.js';
import { askJson } from './net/ask.js';
import { Connection, type Source } from './net/connection.js';

/** Events that come within this time are taken in together, in milliseconds. */
const TOGETHER_MS = 120;
/** What is older than the newest by so much is remembered, not news: the snapshot has it already. */
const PAST_MS = 3000;
/** How often it is asked how many copies files have: after news, and without any. */
const COPIES_SOON_MS = 1500;
const COPIES_MS = 15_000;

/** The ring as it is, kept up to date. */
export class Live {
  picture: Picture = emptyPicture;
  readonly connection: Connection;
  #waiting: EventAt[] = [];
  #copiesTimer = 0;
  #copiesDueMs = Number.POSITIVE_INFINITY;
  readonly #watchers = new Set<(events: readonly EventAt[]) => void>();

  constructor(
    home: string,
    private readonly onChange: () => void,
  ) {
    this.connection = new Connection(home, {
      onRing: (ring) => this.#onRing(ring),
      onEvent: (event) => this.#onEvent(event),
      onSource: () => onChange(),
    });
  }

  get source(): Source {
    return this.connection.source;
  }

  /** Calls the watcher with what happens, some events at a time, until the function returned is called. */
  watch(watcher: (events: readonly EventAt[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  start(): void {
    this.connection.start();
  }

  #onRing(ring: RingBody): void {
    const isFirst = this.picture.ring?.self !== ring.self;
    this.picture = withSnapshot(this.picture, ring);
    this.#copiesIn(isFirst ? 0 : COPIES_MS);
    this.onChange();
  }

  #onEvent(event: EventAt): void {
    if (this.#waiting.push(event) === 1) setTimeout(() => this.#takeIn(), TOGETHER_MS);
  }

  #takeIn(): void {
    // Hops of one lap are told by many nodes: they are shown in their order.
    const events = this.#waiting.sort((a, b) => (a.type === 'check' && b.type === 'check' && a.check.lap === b.check.lap ? a.check.hop - b.check.hop : 0));
    this.#waiting = [];
    const newestMs = Math.max(...events.map(({ timeMs }) => timeMs));
    const isPast = ({ timeMs }: EventAt): boolean => newestMs - timeMs > PAST_MS;
    for (const event of events) this.picture = (isPast(event) ? withPast : withEvent)(this.picture, event);
    const fresh = events.filter((event) => !isPast(event));
    if (fresh.some(asksForSnapshot)) this.connection.lookSoon();
    if (fresh.some(asksForCopies)) this.#copiesIn(COPIES_SOON_MS);
    for (const watcher of this.#watchers) watcher(fresh);
    this.onChange();
  }

  #copiesIn(ms: number): void {
    const dueMs = Date.now() + ms;
    if (dueMs >= this.#copiesDueMs) return;
    clearTimeout(this.#copiesTimer);
    this.#copiesDueMs = dueMs;
    this.#copiesTimer = window.setTimeout(() => void this.#askCopies(), ms);
  }

  async #askCopies(): Promise<void> {
    try {
      const copies = await askJson<CopiesBody>(this.source.base + paths.copies);
      this.picture = { ...this.picture, copies };
    } catch {
      // Not known just now: the line at the top does without.
      this.picture = { ...this.picture, copies: undefined };
    }
    this.#copiesDueMs = Number.POSITIVE_INFINITY;
    this.#copiesIn(COPIES_MS);
    this.onChange();
  }
}
