import type { Duplex } from 'node:stream';
import { countOf, endedMessage, EndedMessages, HELLO_BYTES_MAX, helloRefusal, helloReply, type MessageEnd } from '@coring/protocol';
import { Conversation, TalkError } from '@coring/talk';
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

/** Answers a text with a greeting and that text. Any bytes are text, but the one that ends it. */
export function hello(options: Partial<HelloOptions> = {}): Service {
  return {
    stream: (connection, peer) => {
      void converse(connection, peer, options).catch((error: Error) => {
        connection.destroy();
        options.log?.info({ peer, err: error }, `hello: ${peer}: ${error.message}`);
      });
    },
    datagram: (message, peer) => {
      options.log?.info({ peer, bytes: message.length }, `hello: ${peer}: message complete, ${message.length} bytes in a datagram`);
      const [text = message] = new EndedMessages(options.end ?? 'nul', message.length).push(message);
      return Buffer.from(endedMessage(replyTo(text), options.end ?? 'nul'));
    },
  };
}

async function converse(connection: Duplex, peer: string, options: Partial<HelloOptions>): Promise<void> {
  const { end = 'nul', bytesMax = HELLO_BYTES_MAX, idleMs: receiveMs = HELLO_IDLE_MS, acknowledge = false, readBytes, keepOpen = end === 'line', log } = options;
  const say = (what: string): void => log?.info({ peer }, `hello: ${peer}: ${what}`);
  let pieces = 0;
  const onPiece = (bytes: number): void => {
    pieces++;
    log?.debug({ peer, bytes }, `hello: ${peer}: a piece of ${bytes} bytes`);
  };
  // Who closes its half has ended the message too: nc does so.
  const client = new Conversation(connection, peer, { end, bytesMax, receiveMs, acknowledge, endsWithHalf: true, onPiece, ...(readBytes === undefined ? {} : { readBytes }) });
  const refuse = (why: string, told: string): Promise<void> => {
    say(why);
    return client.send(helloRefusal + told);
  };
  say('connected');
  try {
    do {
      const text = await client.receive();
      say(`message complete, ${text.length} bytes in ${countOf(Math.max(1, pieces), 'piece')}`);
      pieces = 0;
      await client.send(replyTo(text));
    } while (keepOpen);
    say('closed after the reply');
  } catch (error) {
    if (!(error instanceof TalkError)) throw error;
    const { code, message, cause } = error;
    if (!client.isTaken) {
      say(code === 'receive-timeout' ? 'timed out: it does not read' : message);
      return client.cut();
    }
    if (code === 'too-large') await refuse(message, `A message has at most ${bytesMax} bytes.`);
    else if (code === 'receive-timeout') await refuse('timed out', 'Nothing came for too long.');
    else say(cause === undefined ? 'closed by the client' : message);
  }
  client.close();
}

function replyTo(text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(helloReply), text]);
}
