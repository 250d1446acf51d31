import type { ServerResponse } from 'node:http';
import { isOfFiles } from '@coring/protocol';
import type { EventsAsked } from '../fields/events-query.js';
import { Allowance } from './allowance.js';
import { type Feed, missedSince, Told } from './feed.js';

/** How long a watcher that lost its connection waits before it comes back, in milliseconds. */
const RETRY_MS = 1000;
/** So much goes out without waiting for more, in characters. */
const AT_ONCE = 64 * 1024;

interface Surroundings {
  /** So many bytes may wait for it to read them: with more it is cut. */
  readonly bytesMax: () => number;
  /** So many events of files it is told in a second. */
  readonly ofFilesMax: () => number;
  readonly flushSoon: () => void;
}

/** One client that is told what happens. */
export class Watcher {
  readonly #response: ServerResponse;
  readonly #asked: EventsAsked;
  readonly #surroundings: Surroundings;
  readonly #allowance = new Allowance();
  #waiting = '';

  constructor(response: ServerResponse, asked: EventsAsked, surroundings: Surroundings) {
    this.#response = response;
    this.#asked = asked;
    this.#surroundings = surroundings;
  }

  /** First what it missed, then what happens; returns what ends it. */
  begin(feed: Feed): () => void {
    const { last } = this.#asked;
    this.say(`retry: ${RETRY_MS}\n\n`);
    if (last !== undefined) for (const told of missedSince(feed, last)) if (this.#wants(told)) this.say(told.text);
    this.flush();
    return feed.watch((told) => this.#hear(told));
  }

  say(text: string): void {
    if (this.#response.destroyed) return;
    const isFirst = this.#waiting === '';
    this.#waiting += text;
    if (this.#waiting.length > AT_ONCE) this.flush();
    else if (isFirst) this.#surroundings.flushSoon();
  }

  /** Who does not read as fast as things happen is cut; it comes back with the number of the last event that it has. */
  flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    if (text === '' || this.#response.destroyed) return;
    if (this.#response.writableLength > this.#surroundings.bytesMax()) this.#response.destroy();
    else this.#response.write(text);
  }

  end(): void {
    this.flush();
    this.#response.end();
  }

  #hear(told: Told): void {
    if (!this.#wants(told)) return;
    const { event } = told;
    if (isOfFiles(event.type) && !this.#allowance.take(this.#surroundings.ofFilesMax())) return;
    if (event.type !== 'load') return this.say(told.text);
    const leftOut = this.#allowance.takeLeftOut();
    this.say(leftOut === 0 ? told.text : new Told({ ...event, leftOut: event.leftOut + leftOut }).text);
  }

  #wants({ event }: Told): boolean {
    return this.#asked.types?.has(event.type) ?? true;
  }
}
