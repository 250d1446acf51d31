import type { Readable, Writable } from 'node:stream';
import { ServiceError } from './service-error.js';

/** Who is waited for did nothing for too long. */
export class IdleError extends ServiceError {
  constructor(ms: number) {
    super('request-timeout', `nothing moved for ${ms / 1000} s`, { Connection: 'close' });
  }
}

/**
 * The chunks of a stream, which stays open when they are no longer wanted. Time runs only while the other side is waited for.
 * @throws what `idle` makes, where none comes for `idleMs`
 */
export async function* chunksOf(stream: Readable, idleMs: number, idle: (ms: number) => Error = idleError): AsyncGenerator<Buffer, void, undefined> {
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const { value: chunk, done } = await inTime(chunks.next(), idleMs, idle);
      if (done === true) return;
      yield chunk;
    }
  } finally {
    // Lets go of the stream. Not waited for: the other side may never go on.
    void chunks.return?.();
  }
}

/** Resolves once more may be written. @throws IdleError where nothing of it is taken for `idleMs`; Error where the stream has ended */
export async function write(stream: Writable, chunk: Uint8Array, idleMs: number): Promise<void> {
  if (stream.write(chunk)) return;
  let settle: () => void = () => undefined;
  const drained = new Promise<void>((resolve, reject) => {
    const onClose = (): void => reject(new Error('the other side is gone'));
    stream.once('drain', resolve).once('close', onClose);
    settle = () => stream.off('drain', resolve).off('close', onClose);
    if (stream.destroyed) onClose();
  });
  await inTime(drained, idleMs, idleError).finally(() => settle());
}

async function inTime<T>(what: Promise<T>, ms: number, idle: (ms: number) => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(idle(ms)), ms);
  });
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
}

function idleError(ms: number): IdleError {
  return new IdleError(ms);
}
