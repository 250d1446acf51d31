import type { Duplex } from 'node:stream';
import { acknowledgement, endedMessage, EndedMessages, HELLO_BYTES_MAX, helloRefusal, helloReply, type MessageEnd, MessageTooLong } from '@coring/protocol';
import { chunksOf, IdleError, write } from './patience.js';
import type { Service, ServiceLog } from './service.js';

export interface HelloOptions {
  /** What ends a message. */
  readonly end: MessageEnd;
  /** Whether a connection may bring several messages: by default where they are lines. */
  readonly keepOpen: boolean;
  /** Says first how many bytes have come, in a message of its own. */
  readonly acknowledge: boolean;
  /** A longer message is refused, in bytes. */
  readonly bytesMax: number;
  /** A sender that brings nothing, or takes nothing, for so many milliseconds is told so, and cut. */
  readonly idleMs: number;
  /** Looks at what comes in pieces of at most so many bytes: to see that it makes no difference. */
  readonly readBytes: number;
  readonly log: ServiceLog;
}

/** Clients may sleep with their connection open. */
const HELLO_IDLE_MS = 600_000;
/** After the last answer what still comes is read and thrown away for so long, in milliseconds: a reset would take the answer back. */
const LINGER_MS = 1_000;

/** Answers a text with a greeting and that text. Any bytes are text, but the one that ends it. */
export function hello(options: Partial<HelloOptions> = {}): Service {
  return {
    stream: (connection, peer) => {
      // What goes wrong is seen where the connection is read.
      connection.on('error', () => undefined);
      void new Conversation(connection, peer, options).run();
    },
    datagram: (message, peer) => {
      options.log?.info({ peer, bytes: message.length }, `hello: ${peer}: message complete, ${message.length} bytes in a datagram`);
      const [text = message] = new EndedMessages(options.end ?? 'nul', message.length).push(message);
      return Buffer.from(endedMessage(replyTo(text), options.end ?? 'nul'));
    },
  };
}

class Conversation {
  readonly #connection: Duplex;
  readonly #peer: string;
  readonly #end: MessageEnd;
  readonly #keepOpen: boolean;
  readonly #idleMs: number;
  readonly #options: Partial<HelloOptions>;

  constructor(connection: Duplex, peer: string, options: Partial<HelloOptions>) {
    this.#connection = connection;
    this.#peer = peer;
    this.#options = options;
    this.#end = options.end ?? 'nul';
    this.#keepOpen = options.keepOpen ?? this.#end === 'line';
    this.#idleMs = options.idleMs ?? HELLO_IDLE_MS;
  }

  async run(): Promise<void> {
    this.#say('connected');
    try {
      this.#say(await this.#converse());
      this.#part();
    } catch (error) {
      if (error instanceof MessageTooLong) return this.#refuse(`A message has at most ${error.bytesMax} bytes.`, error.message);
      if (error instanceof IdleError && !this.#connection.writableNeedDrain) return this.#refuse('Nothing came for too long.', 'timed out');
      this.#say(error instanceof IdleError ? 'timed out: it does not read' : `broke off: ${(error as Error).message}`);
      this.#connection.destroy();
    }
  }

  /** Answers message after message; returns why it ends. */
  async #converse(): Promise<string> {
    const messages = new EndedMessages(this.#end, this.#options.bytesMax ?? HELLO_BYTES_MAX);
    let pieces = 0;
    for await (const chunk of chunksOf(this.#connection, this.#idleMs)) {
      for (const piece of inPieces(chunk, this.#options.readBytes ?? chunk.length)) {
        pieces++;
        this.#options.log?.debug({ peer: this.#peer, bytes: piece.length }, `hello: ${this.#peer}: a piece of ${piece.length} bytes`);
        for (const text of messages.push(piece)) {
          await this.#answer(text, pieces);
          pieces = 0;
          if (!this.#keepOpen) return 'closed after the reply';
        }
      }
    }
    // Who closes its half has ended the message too: nc does so.
    if (messages.waiting > 0) await this.#answer(messages.rest(), pieces);
    return 'closed by the client';
  }

  async #answer(text: Uint8Array, pieces: number): Promise<void> {
    this.#say(`message complete, ${text.length} bytes in ${pieces} pieces`);
    if (this.#options.acknowledge === true) await this.#send(Buffer.from(acknowledgement(text.length)));
    await this.#send(replyTo(text));
  }

  async #send(text: Uint8Array): Promise<void> {
    await write(this.#connection, endedMessage(text, this.#end), this.#idleMs);
  }

  #refuse(told: string, why: string): void {
    this.#say(why);
    this.#connection.write(endedMessage(Buffer.from(helloRefusal + told), this.#end));
    this.#part();
  }

  #part(): void {
    const cut = setTimeout(() => this.#connection.destroy(), LINGER_MS);
    this.#connection.once('close', () => clearTimeout(cut));
    this.#connection.end();
    this.#connection.resume();
  }

  #say(what: string): void {
    this.#options.log?.info({ peer: this.#peer }, `hello: ${this.#peer}: ${what}`);
  }
}

function replyTo(text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(helloReply), text]);
}

function* inPieces(chunk: Buffer, bytes: number): Generator<Buffer, void, undefined> {
  for (let from = 0; from < chunk.length; from += bytes) yield chunk.subarray(from, from + bytes);
}
