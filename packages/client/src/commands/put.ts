import { Readable } from 'node:stream';
import { type Content, contentOfFile } from '../content.js';
import type { Stored } from '../node-client.js';
import { type Progress, showProgress } from '../progress.js';
import { paint, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';

/** Stores a file of this machine and shows its receipt. */
export async function put({ client, screen }: Context, file: string, name: string): Promise<void> {
  const content = await contentOfFile(file);
  const progress = showProgress(plain(name), content.bytes, screen);
  let stored: Stored;
  try {
    stored = await client.put(name, counting(content, progress));
  } finally {
    progress.end();
  }
  if (screen.json) return sayJson(screen, stored);
  screen.stdout.write(`${paint('stored', 'green', screen.stdout)} ${plain(name)}, ${receiptInWords(stored)}\n`);
  if (stored.isShort) screen.stderr.write(`${paint('warning', 'yellow', screen.stderr)}: fewer copies than asked for are durable yet\n`);
  if (stored.grade === 'weak') screen.stderr.write(`${paint('warning', 'yellow', screen.stderr)}: no majority of the file's owners answered; it is kept, and merged when they are back\n`);
}

/** `3/3 copies, strong` */
function receiptInWords({ copies, grade, bytes }: Stored): string {
  const parts = [copies === undefined ? `${bytes} bytes` : `${copies.durable}/${copies.wanted} copies`, grade ?? 'without a grade'];
  return parts.join(', ');
}

/** The same content, seen going; at another node it begins anew. */
function counting(content: Content, progress: Progress): Content {
  const counted = async function* (): AsyncGenerator<Buffer> {
    progress.restart();
    for await (const chunk of content.open() as AsyncIterable<Buffer>) {
      progress.moved(chunk.length);
      yield chunk;
    }
  };
  return { bytes: content.bytes, open: () => Readable.from(counted(), { objectMode: false }) };
}
