import type { Duplex } from 'node:stream';
import { acknowledgedBytes, acknowledgement, endedMessage, EndedMessages, type MessageEnd, MessageTooLong } from '@coring/protocol';
import { chunksOf, write } from './patience.js';
import { checkInterrupted, TalkError } from './talk-error.js';

export interface ConversationOptions {
  /** What ends a message, in both directions: NUL by default. */
  readonly end?: MessageEnd;
  /** A longer message is not taken, in bytes. Default: 1 MiB. */
  readonly bytesMax?: number;
  /** How long the other side may bring nothing, or take nothing, while it is waited for, in milliseconds. Default: 30 s; Infinity: for ever. */
  readonly receiveMs?: number;
  /** The other side acknowledges each message with its bytes: `send` waits for that. */
  readonly acknowledged?: boolean;
  /** Acknowledges each message that comes, with its bytes. */
  readonly acknowledge?: boolean;
  /** A message also ends where the other side closes its half. */
  readonly endsWithHalf?: boolean;
  /** Looks at what comes in pieces of at most so many bytes: to see that it makes no difference. */
  readonly readBytes?: number;
  /** Hears of each piece of a message, and its bytes, as it comes. */
  readonly onPiece?: (bytes: number) => void;
  /** Ends the conversation, and whatever waits. */
  readonly signal?: AbortSignal;
}

const BYTES_MAX = 2 ** 20;
const RECEIVE_MS = 30_000;
/** At the end what still comes is read and thrown away for so long, in milliseconds: a reset would take the last message back. */
const LINGER_MS = 1_000;

/** Messages to and from another program, over a connection of any family that is half-open: either end of it. */
export class Conversation {
  readonly #connection: Duplex;
  readonly #options: ConversationOptions;
  readonly #messages: AsyncGenerator<Buffer, void, undefined>;
  #failure: Error | undefined;

  /** `address`: who the other side is. */
  constructor(
    connection: Duplex,
    readonly address: string,
    options: ConversationOptions = {},
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#messages = this.#read();
    connection.on('error', (error) => (this.#failure = error));
    const onAbort = (): void => void connection.destroy();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    connection.once('close', () => options.signal?.removeEventListener('abort', onAbort));
  }

  /**
   * Resolves once more may be sent, or with its acknowledgement.
   * @throws TalkError `receive-timeout`, `closed`, `interrupted`; `wrong-count` where the other side acknowledges another number of bytes
   */
  async send(text: Uint8Array | string): Promise<void> {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    await this.#write(bytes);
    if (this.#options.acknowledged !== true) return;
    const said = (await this.#next()).toString();
    if (acknowledgedBytes(said) !== bytes.length) throw new TalkError('wrong-count', `${bytes.length} bytes were sent, and the other side says: ${said.slice(0, 200)}`);
  }

  /** The next message. @throws TalkError `receive-timeout`, `closed`, `too-large`, `interrupted`; none comes after that */
  async receive(): Promise<Buffer> {
    const message = await this.#next();
    if (this.#options.acknowledge === true) await this.#write(Buffer.from(acknowledgement(message.length)));
    return message;
  }

  /** Whether the other side takes what is sent; what it is to take waits here otherwise. */
  get isTaken(): boolean {
    return !this.#connection.writableNeedDrain;
  }

  /** Lets the other side have what was sent, and hears no more. */
  close(): void {
    if (this.#connection.destroyed) return;
    const cut = setTimeout(() => this.#connection.destroy(), LINGER_MS);
    this.#connection.once('close', () => clearTimeout(cut));
    this.#connection.end();
    this.#connection.resume();
  }

  /** Ends it at once. */
  cut(): void {
    this.#connection.destroy();
  }

  async #next(): Promise<Buffer> {
    try {
      const { value, done } = await this.#messages.next();
      if (done !== true) return value;
    } catch (error) {
      throw this.#named(error);
    }
    checkInterrupted(this.#options.signal);
    throw new TalkError('closed', 'the other side closed the connection before it had said anything more');
  }

  async #write(text: Uint8Array): Promise<void> {
    const { end = 'nul', receiveMs = RECEIVE_MS } = this.#options;
    await write(this.#connection, endedMessage(text, end), receiveMs, (ms) => new TalkError('receive-timeout', `nothing was taken for ${ms / 1000} s`)).catch((error: unknown) => {
      throw this.#named(error);
    });
  }

  async *#read(): AsyncGenerator<Buffer, void, undefined> {
    const { end = 'nul', bytesMax = BYTES_MAX, receiveMs = RECEIVE_MS, endsWithHalf, readBytes, onPiece } = this.#options;
    const messages = new EndedMessages(end, bytesMax);
    for await (const chunk of chunksOf(this.#connection, receiveMs, (ms) => new TalkError('receive-timeout', `nothing came for ${ms / 1000} s`))) {
      for (const piece of inPieces(chunk, readBytes ?? chunk.length)) {
        onPiece?.(piece.length);
        for (const message of messages.push(piece)) yield Buffer.from(message);
      }
    }
    if (endsWithHalf === true && messages.waiting > 0) yield Buffer.from(messages.rest());
  }

  #named(error: unknown): TalkError {
    checkInterrupted(this.#options.signal);
    if (error instanceof TalkError) return error;
    if (error instanceof MessageTooLong) return new TalkError('too-large', error.message, { cause: error });
    const cause = this.#failure ?? (error as Error);
    return new TalkError('closed', `the connection broke off: ${cause.message}`, { cause });
  }
}

function* inPieces(chunk: Buffer, bytes: number): Generator<Buffer, void, undefined> {
  for (let from = 0; from < chunk.length; from += bytes) yield chunk.subarray(from, from + bytes);
}
