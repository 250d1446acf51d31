import type { Socket } from 'node:net';
import { acknowledgedBytes, endedMessage, EndedMessages, type MessageEnd, MessageTooLong } from '@coring/protocol';
import { ClientError, messageOf } from '../client-error.js';
import { reach, type ReachOptions } from './reach.js';

export interface ConversationOptions extends ReachOptions {
  /** What ends a message, in both directions: NUL by default. */
  readonly end?: MessageEnd;
  /** A longer message is not taken, in bytes. */
  readonly bytesMax?: number;
  /** How long an answer is waited for, in milliseconds. */
  readonly receiveMs?: number;
  /** The server acknowledges each message with its bytes: `send` waits for that. */
  readonly acknowledged?: boolean;
}

/** Messages to and from a server, over one connection. Every method throws ClientError, whose `code` names what came of it. */
export interface Conversation {
  /** The address that answered. */
  readonly address: string;
  /** @throws ClientError `wrong-count` where the server acknowledges another number of bytes; as `receive` where it acknowledges at all */
  send(text: Uint8Array | string): Promise<void>;
  /** The next message. @throws ClientError `receive-timeout`, `closed`, `too-large`, `interrupted` */
  receive(): Promise<Buffer>;
  close(): void;
}

const BYTES_MAX = 2 ** 20;
const RECEIVE_MS = 30_000;

/** Connects, and returns when somebody answers. @throws ClientError as `reach` */
export async function converse(options: ConversationOptions): Promise<Conversation> {
  const socket = await reach(options);
  const { end = 'nul', bytesMax = BYTES_MAX, receiveMs = RECEIVE_MS, acknowledged = false, signal } = options;
  const messages = messagesOf(socket, new EndedMessages(end, bytesMax));
  let failure: Error | undefined;
  socket.on('error', (error) => (failure = error));
  const onAbort = (): void => void socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });

  const receive = async (): Promise<Buffer> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ClientError('receive-timeout', `nothing was answered within ${receiveMs / 1000} s`)), receiveMs);
    });
    try {
      const { value, done } = await Promise.race([messages.next(), late]);
      if (done !== true) return value;
      throw new ClientError('closed', 'the server closed the connection before it had answered');
    } catch (error) {
      socket.destroy();
      signal?.throwIfAborted();
      if (error instanceof ClientError) throw error;
      if (error instanceof MessageTooLong) throw new ClientError('too-large', error.message, { cause: error });
      throw new ClientError('closed', `the connection broke off: ${messageOf(failure ?? error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    address: socket.remoteAddress ?? options.host,
    async send(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      socket.write(endedMessage(bytes, end));
      if (!acknowledged) return;
      const said = (await receive()).toString();
      if (acknowledgedBytes(said) !== bytes.length) throw new ClientError('wrong-count', `${bytes.length} bytes were sent, and the server says: ${said.slice(0, 200)}`);
    },
    receive,
    close: () => {
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
    },
  };
}

async function* messagesOf(socket: Socket, messages: EndedMessages): AsyncGenerator<Buffer, undefined, undefined> {
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    for (const message of messages.push(chunk)) yield Buffer.from(message);
  }
  return undefined;
}
