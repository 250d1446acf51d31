import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from 'koa';
import type { Log } from '../node/log.js';

/**
 * Sends exactly `bytes` bytes as the body of the answer. A source that breaks, or has fewer or more, cuts the connection: the client, who knows the
 * length, sees that it has not got everything.
 */
export async function sendBytes(context: Context, source: Readable, bytes: number, signal: AbortSignal, log: Log): Promise<void> {
  const response: ServerResponse = context.res;
  context.respond = false;
  context.set('Content-Length', String(bytes));
  try {
    await pipeline(source, (chunks: AsyncIterable<Buffer>) => exactly(chunks, bytes), response, { signal });
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
