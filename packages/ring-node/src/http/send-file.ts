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
export async function sendBody(context: Context, body: Body, bytes: number, signal: AbortSignal, log: Log): Promise<void> {
  if (Buffer.isBuffer(body)) context.body = body;
  else await stream(context, body, bytes, signal, log);
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
  for await (const part of exactly(addAbortSignal(signal, opened.stream), bytes)) parts.push(part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** A source that breaks, or has fewer bytes or more, cuts the connection: the client, who knows the length, sees that it has not got everything. */
async function stream(context: Context, source: Readable, bytes: number, signal: AbortSignal, log: Log): Promise<void> {
  const response: ServerResponse = context.res;
  context.respond = false;
  try {
    for await (const chunk of exactly(addAbortSignal(signal, source), bytes)) {
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

async function* exactly(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw new Error('the source has more bytes than its version');
    yield chunk;
  }
  if (left > 0) throw new Error('the source has fewer bytes than its version');
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
