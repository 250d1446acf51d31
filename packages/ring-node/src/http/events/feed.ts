import type { EventAt, NodeEvent } from '@coring/protocol';

/** An event as it is told to all who watch: written down once, however many they are. */
export class Told {
  #text: string | undefined;

  /** Without a number it is told once and not remembered. */
  constructor(
    readonly event: NodeEvent | EventAt,
    readonly number?: number,
  ) {}

  /** As a server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html */
  get text(): string {
    const id = this.number === undefined ? '' : `id: ${this.number}\n`;
    return (this.#text ??= `${id}event: ${this.event.type}\ndata: ${JSON.stringify(this.event)}\n\n`);
  }
}

/** Something that tells events, in the order of their numbers. */
export interface Feed {
  /** What is remembered, oldest first. */
  recent(): readonly Told[];
  /** Calls the listener with each event from now on; returns what ends it. */
  watch(listener: (told: Told) => void): () => void;
}

/** What was missed since the event of that number. A number from the future is of an earlier life of the feed: everything since is news. */
export function missedSince(feed: Feed, last: number): readonly Told[] {
  const recent = feed.recent();
  const newest = recent.at(-1)?.number ?? 0;
  return last > newest ? recent : recent.filter(({ number }) => number! > last);
}
