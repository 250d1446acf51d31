import { get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isEventType, type NodeEvent, paths, readEvents } from '@coring/protocol';
import { parseJson } from '@coring/protocol/validate';
import { placeOf } from '../../node/ask-node.js';
import type { Log } from '../../node/log.js';

/** A peer that was lost is tried again after so long, in milliseconds. */
const AGAIN_MS = 1000;
/** A peer of which nothing comes for so long is lost: it says something every second. */
const SILENT_MS = 20_000;
/** A longer event is none, in characters: the order of a ring of thousands takes less. */
const EVENT_CHARACTERS_MAX = 512 * 1024;

interface Peer {
  readonly address: string;
  /** Most events of files that it is to tell in a second. */
  readonly filesPerSecond: number;
  readonly hear: (event: NodeEvent) => void;
  readonly log: Log;
}

/** What happens at another node, by its own word: one connection, made again whenever it is lost, until it is stopped. */
export class PeerFeed {
  readonly address: string;
  readonly #peer: Peer;
  readonly #stopping = new AbortController();
  /** The number of the last event heard. */
  #last: string | undefined;

  constructor(peer: Peer) {
    this.address = peer.address;
    this.#peer = peer;
    void this.#run();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#listen();
      } catch (error) {
        if (!signal.aborted) this.#peer.log.debug({ err: error, address: this.address }, 'a peer does not tell what happens there');
      }
      await wait(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Until the connection is lost. */
  async #listen(): Promise<void> {
    const answer = await this.#ask();
    try {
      if (answer.statusCode !== 200) throw new Error(`it answered ${answer.statusCode}`);
      for await (const { id, data } of readEvents(answer.setEncoding('utf8') as AsyncIterable<string>, EVENT_CHARACTERS_MAX)) {
        if (this.#stopping.signal.aborted) return;
        this.#last = id ?? this.#last;
        const event = parseJson(data);
        // A later release may tell more.
        if (isEvent(event)) this.#peer.hear(event);
      }
    } finally {
      answer.destroy();
    }
  }

  #ask(): Promise<IncomingMessage> {
    const { signal } = this.#stopping;
    const headers = { accept: 'text/event-stream', ...(this.#last === undefined ? {} : { 'last-event-id': this.#last }) };
    return new Promise((resolve, reject) => {
      const request = get({ ...placeOf(this.address, `${paths.events}?filesPerSecond=${this.#peer.filesPerSecond}`), agent: false, headers, signal, timeout: SILENT_MS });
      request.once('response', resolve).on('error', reject);
      request.once('timeout', () => request.destroy(new Error(`nothing came for ${SILENT_MS} ms`)));
    });
  }
}

function isEvent(value: unknown): value is NodeEvent {
  return typeof value === 'object' && value !== null && 'type' in value && isEventType(value.type);
}
