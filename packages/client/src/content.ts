import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ClientError, messageOf } from './client-error.js';

/** What is to be stored; it may have to be read again, for another node. */
export interface Content {
  readonly bytes: number;
  open(): Readable;
}

export function contentOf(value: string | Uint8Array): Content {
  const buffer = Buffer.from(value);
  return { bytes: buffer.length, open: () => Readable.from([buffer], { objectMode: false }) };
}

/** A regular file of this machine. @throws ClientError `local` */
export async function contentOfFile(path: string): Promise<Content> {
  const found = await stat(path).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ClientError('local', isMissing ? `there is no file ${path}` : messageOf(cause), { cause });
  });
  if (!found.isFile()) throw new ClientError('local', `${path} is not a regular file`);
  return { bytes: found.size, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

/** The content's chunks; it says their sha-256 before it yields the last: a node may answer as soon as it has that. */
export async function* hashed(content: Content, found: (digest: string) => void): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  if (content.bytes === 0) found(hash.copy().digest('hex'));
  for await (const chunk of content.open() as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    // More bytes than were promised would be taken for the next request.
    if (bytes > content.bytes) break;
    if (bytes === content.bytes) found(hash.copy().digest('hex'));
    yield chunk;
  }
  if (bytes !== content.bytes) throw new ClientError('local', 'the file changed while it was read');
}
