import type { ServerResponse } from 'node:http';
import { HttpError } from '../errors-to-json.js';
import type { HttpOptions } from '../http-options.js';
import type { EventsAsked } from '../fields/events-query.js';
import { endWithClient } from '../send-file.js';
import type { Feed } from './feed.js';
import { Watcher } from './watcher.js';

type Limits = Pick<HttpOptions, 'heartbeatMs' | 'watcherBytesMax' | 'watchersBytesMax' | 'watchersMax'>;

/** What happens within so long goes out in one piece, in milliseconds. */
const GATHER_MS = 20;
/** Events of files told in a second to all watchers together; each is told of so many at least. */
const OF_FILES_MAX = 20_000;
const OF_FILES_LEAST = 50;

/** All who watch a node. What they cost is bounded in all, not only for each: the more they are, the less may wait for one of them. */
export class Watchers {
  readonly #limits: Limits;
  readonly #closing: AbortSignal;
  readonly #all = new Set<Watcher>();
  readonly #due = new Set<Watcher>();

  /** `closing` is aborted when the server closes: all of them are told what they have not heard yet, and let go. */
  constructor(limits: Limits, closing: AbortSignal) {
    this.#limits = limits;
    this.#closing = closing;
    closing.addEventListener('abort', () => {
      for (const watcher of this.#all) watcher.end();
    });
  }

  get size(): number {
    return this.#all.size;
  }

  /** @throws HttpError `too-busy` */
  checkRoom(): void {
    if (this.#all.size >= this.#limits.watchersMax) throw new HttpError('too-busy', `${this.#limits.watchersMax} others watch this node already`);
  }

  /** Tells a client of what happens, until one of them goes. */
  add(response: ServerResponse, feed: Feed, asked: EventsAsked): void {
    const watcher = new Watcher(response, asked, {
      bytesMax: () => Math.min(this.#limits.watcherBytesMax, this.#limits.watchersBytesMax / this.#all.size),
      ofFilesMax: () => asked.filesPerSecond ?? Math.max(OF_FILES_LEAST, OF_FILES_MAX / this.#all.size),
      flushSoon: () => this.#flushSoon(watcher),
    });
    this.#all.add(watcher);
    const heartbeat = setInterval(() => watcher.say(': still here\n\n'), this.#limits.heartbeatMs);
    const unwatch = watcher.begin(feed);
    endWithClient(response);
    response.once('close', () => {
      clearInterval(heartbeat);
      unwatch();
      this.#all.delete(watcher);
    });
    if (this.#closing.aborted) watcher.end();
  }

  #flushSoon(watcher: Watcher): void {
    this.#due.add(watcher);
    if (this.#due.size > 1) return;
    setTimeout(() => {
      for (const one of this.#due) one.flush();
      this.#due.clear();
    }, GATHER_MS);
  }
}
