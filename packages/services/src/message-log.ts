import { createHash } from 'node:crypto';
import { BoundedMemory } from './bounded-memory.js';
import { type Codes, missing } from './codes.js';
import { ServiceError } from './service-error.js';
import type { Listed, Shelf } from './shelf.js';

const prefix = 'messages/';
/** Messages read at a time. */
const AT_ONCE = 32;
/** Memory for lines that were read of late, in characters. */
const LINES_LENGTH_MAX = 8 * 2 ** 20;

/** A message as it was asked for. */
export interface NewMessage {
  readonly uuid: unknown;
  readonly code: unknown;
  readonly text: unknown;
}

/** A message as it is shown. */
export interface Line {
  /** As the entry has it. */
  readonly name: string;
  /** JSON without a newline: `{time, id, uuid, text}`, or `{time, id, unavailable}`. */
  readonly text: string;
  /** False where the message cannot be read just now. */
  readonly isThere: boolean;
}

/**
 * Messages of whoever has a code, kept for ever, each under a name of its own that follows from who sent it and the key of the request: repeated
 * anywhere, at any time, it is the same message. They are in the order of their times, and where those are equal of their ids.
 */
export class MessageLog {
  readonly #shelf: Shelf;
  readonly #codes: Codes;
  /** Texts by their digest. */
  readonly #texts = new BoundedMemory<string, string>(LINES_LENGTH_MAX, ({ length }) => length);

  constructor(shelf: Shelf, codes: Codes) {
    this.#shelf = shelf;
    this.#codes = codes;
  }

  /**
   * Keeps a message, durably. `key`: names the request, so that it is done once.
   * @throws ServiceError `bad-request`, `not-found`, `wrong-code` as `Codes.check`; `conflict` where that key was used for another text; as the shelf
   */
  async append(message: NewMessage, key: string): Promise<{ readonly id: string; readonly headers: Readonly<Record<string, string>> }> {
    const { text } = message;
    if (typeof text !== 'string') throw missing('text');
    const uuid = await this.#codes.check(message.uuid, message.code);
    const id = createHash('sha256').update(JSON.stringify([uuid, key])).digest('hex').slice(0, 32);
    // Nothing that differs between two tries: they meet as one.
    const { result, headers } = await this.#shelf.add(prefix + id, Buffer.from(JSON.stringify({ id, uuid, text })), false);
    if (result === 'taken') throw new ServiceError('conflict', 'a request of that key has brought another text');
    return { id, headers };
  }

  /** All that is there, oldest first, without the texts. */
  async entries(): Promise<{ readonly entries: Listed[]; readonly isPartial: boolean }> {
    const { entries, isPartial } = await this.#shelf.list(prefix);
    return { entries: entries.sort((a, b) => a.timeMs - b.timeMs || (a.name < b.name ? -1 : 1)), isPartial };
  }

  /** The messages of these entries, in their order. */
  async *lines(entries: readonly Listed[]): AsyncGenerator<Line, void, undefined> {
    for (let from = 0; from < entries.length; from += AT_ONCE) {
      yield* await Promise.all(entries.slice(from, from + AT_ONCE).map((entry) => this.#line(entry)));
    }
  }

  async #line(entry: Listed): Promise<Line> {
    const { name, digest } = entry;
    const time = `{"time":"${new Date(entry.timeMs).toISOString()}",`;
    const known = this.#texts.get(digest);
    const fields = known ?? (await this.#read(name));
    if (fields === undefined) return { name, isThere: false, text: `${time}"id":"${idOf(entry)}","unavailable":true}` };
    if (known === undefined) this.#texts.set(digest, fields);
    // A newline in a text is escaped: one message is one line, whatever it says.
    return { name, isThere: true, text: time + fields.slice(1) };
  }

  /** Undefined where nobody who can be reached has it: the others are shown all the same. */
  async #read(name: string): Promise<string | undefined> {
    try {
      return (await this.#shelf.get(name, false))?.toString();
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
}

/** What a message is called where it is shown. */
export function idOf({ name }: Listed): string {
  return name.slice(prefix.length);
}
