import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { giveBackRead } from '@coring/file-store';

/** Sha-256 in hex of what a stream of kept bytes gives; `onChunk` may hold it up. Rejects where the stream breaks off. */
export async function streamDigest(stream: Readable, onChunk?: (bytes: number) => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const { length } = chunk;
    giveBackRead(chunk);
    await onChunk?.(length);
  }
  return hash.digest('hex');
}
