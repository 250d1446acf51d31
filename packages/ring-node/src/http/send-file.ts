import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { addAbortSignal, type Readable } from 'node:stream';
import { giveBackRead, type Opened } from '@coring/file-store';
import type { Context } from 'koa';
import type { Log } from '../node/log.js';

/** So few bytes are read whole before the answer begins, in bytes: whatever goes wrong can still be said, and one write is all it takes. */
export const AT_ONCE_BYTES_MAX = 64 * 1024;

/** What is to follow the header of an answer: all of it, or a stream that has begun to give it. */
export type Body = Buffer | Readable;

/** What follows after so many bytes, from another source; undefined where there is none. */
export type GoOn = (sent: number) => Promise<Readable | undefined>;

/** The body of an answer, as soon as its first bytes are there; undefined where the source does not give them. */
export async function beginBody(opened: Opened, bytes: number, signal: AbortSignal, log: Log): Promise<Body | undefined> {
  try {
    return bytes > AT_ONCE_BYTES_MAX ? await begun(opened.stream, signal) : await wholeBytes(opened, bytes, signal);
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'a file could not be read');
    return undefined;
  }
}

/** Sends exactly `bytes` bytes as the body of the answer. */
export async function sendBody(context: Context, body: Body, bytes: number, goOn: GoOn, signal: AbortSignal, log: Log): Promise<void> {
  if (Buffer.isBuffer(body)) context.body = body;
  else await stream(context, body, bytes, goOn, signal, log);
}

async function begun(source: Readable, signal: AbortSignal): Promise<Readable> {
  try {
    await once(source, 'readable', { signal });
    return source;
  } catch (error) {
    source.destroy();
    throw error;
  }
}

/** All the bytes of a small content, or part of one. @throws where they are not exactly so many */
export async function wholeBytes(opened: Opened, bytes: number, signal: AbortSignal): Promise<Buffer> {
  if (opened.bytes?.length === bytes) return opened.bytes;
  const parts: Buffer[] = [];
  for await (const part of exactly(opened.stream, bytes, nowhere, signal)) parts.push(part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Where no source gives the rest, the connection is cut: the client, who knows the length, sees that it has not got everything. */
async function stream(context: Context, source: Readable, bytes: number, goOn: GoOn, signal: AbortSignal, log: Log): Promise<void> {
  const response: ServerResponse = context.res;
  context.respond = false;
  try {
    for await (const chunk of exactly(source, bytes, goOn, signal)) {
      signal.throwIfAborted();
      // What the socket has taken nobody looks at any more.
      const isReady = response.write(chunk, (error) => error ?? giveBackRead(chunk));
      if (!isReady) await once(response, 'drain', { signal });
    }
    response.end();
    await once(response, 'finish', { signal });
  } catch (error) {
    response.destroy();
    if (!signal.aborted) log.warn({ err: error }, 'a file broke off while it was sent');
  }
}

/** The chunks of the source, and, where it is lost on the way, of those that go on. @throws where that does not make so many bytes */
async function* exactly(source: Readable, bytes: number, goOn: GoOn, signal: AbortSignal): AsyncGenerator<Buffer> {
  let left = bytes;
  for (let from: Readable | undefined = source; ; ) {
    try {
      for await (const chunk of addAbortSignal(signal, from) as AsyncIterable<Buffer>) {
        left -= chunk.length;
        if (left < 0) throw new Error('the source has more bytes than its version');
        yield chunk;
      }
      if (left > 0) throw new Error('the source has fewer bytes than its version');
      return;
    } catch (error) {
      from = left > 0 && !signal.aborted ? await goOn(bytes - left) : undefined;
      if (from === undefined) throw error;
    }
  }
}

async function nowhere(): Promise<undefined> {
  return undefined;
}

/** Aborted when the client is gone before it has its answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  if (response.destroyed) gone.abort();
  return gone.signal;
}

/** For an answer that costs much, or has no end: a client that is done sending is taken to have gone, which nothing else would tell before the next byte is sent. */
export function endWithClient(response: ServerResponse): void {
  const { socket } = response;
  const end = (): void => void response.destroy();
  if (socket === null || socket.readableEnded) return end();
  socket.once('end', end);
  response.once('close', () => socket.off('end', end));
}
