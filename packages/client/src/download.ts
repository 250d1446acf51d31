import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ClientError } from './client-error.js';
import { digestOf, type Receipt, receiptOf } from './receipt.js';

/** What a node says of a file. */
export interface Description {
  readonly receipt: Receipt;
  readonly bytes: number | undefined;
  /** sha-256 in hex, as the node gave it. */
  readonly digest: string | undefined;
  readonly type: string | undefined;
}

/** A file on its way. */
export interface Download extends Description {
  /**
   * The bytes, once. Where a node is lost in the middle another one goes on from there; at the end the digest is verified.
   * @throws ClientError `wrong-digest`, `changed`, `cut-short`, `nobody-answered`
   */
  readonly body: AsyncGenerator<Buffer, void, undefined>;
}

/** The rest of the same content, from byte `start` on. */
export type GoOn = (start: number, etag: string) => Promise<IncomingMessage>;

export function downloadOf(answer: IncomingMessage, goOn: GoOn, ended: () => void): Download {
  const described = describedBy(answer);
  return { ...described, body: verified(answer, described.bytes, described.digest, goOn, ended) };
}

export function describedBy(answer: IncomingMessage): Description {
  return { receipt: receiptOf(answer.headers), bytes: lengthOf(answer), digest: digestOf(answer.headers), type: answer.headers['content-type'] };
}

async function* verified(first: IncomingMessage, bytes: number | undefined, digest: string | undefined, goOn: GoOn, ended: () => void): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  let received = 0;
  let answer = first;
  try {
    for (;;) {
      const before = received;
      const lost = yield* chunksOf(answer, (chunk) => {
        hash.update(chunk);
        received += chunk.length;
      });
      if (lost === undefined) break;
      const { etag } = first.headers;
      // Without a single byte of progress the next answer would not get further either.
      if (etag === undefined || (received === before && answer !== first)) throw new ClientError('cut-short', `the file broke off after ${received} bytes`, { cause: lost });
      answer = await goOn(received, etag);
    }
    if (bytes !== undefined && received !== bytes) throw new ClientError('cut-short', `the file has ${bytes} bytes and ${received} came`);
    const found = hash.digest('hex');
    if (digest !== undefined && found !== digest) throw new ClientError('wrong-digest', `the bytes are damaged: sha-256 ${digest} was expected, ${found} came`);
  } finally {
    answer.destroy();
    ended();
  }
}

/** Yields what comes, and returns the error with which the connection was lost. */
async function* chunksOf(answer: IncomingMessage, seen: (chunk: Buffer) => void): AsyncGenerator<Buffer, unknown, undefined> {
  const chunks = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = await chunks.next();
    } catch (error) {
      // The caller's patience, or the caller: no other node helps.
      if (error instanceof ClientError) throw error;
      return error;
    }
    if (next.done === true) return answer.complete ? undefined : new Error('the connection was closed');
    seen(next.value);
    yield next.value;
  }
}

function lengthOf(answer: IncomingMessage): number | undefined {
  const length = answer.headers['content-length'];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
