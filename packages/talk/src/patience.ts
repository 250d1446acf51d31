import type { Readable, Writable } from 'node:stream';

/** Makes the error of a wait that lasted so many milliseconds in vain. */
type Idle = (ms: number) => Error;

/**
 * The chunks of a stream, which stays open when they are no longer wanted. Time runs only while the other side is waited for.
 * @throws what `idle` makes, where none comes for `idleMs`
 */
export async function* chunksOf(stream: Readable, idleMs: number, idle: Idle): AsyncGenerator<Buffer, void, undefined> {
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

/** Resolves once more may be written. @throws what `idle` makes, where nothing of it is taken for `idleMs`; Error where the stream has ended */
export async function write(stream: Writable, chunk: Uint8Array, idleMs: number, idle: Idle): Promise<void> {
  if (stream.write(chunk)) return;
  let settle: () => void = () => undefined;
  const drained = new Promise<void>((resolve, reject) => {
    const onClose = (): void => reject(new Error('the other side is gone'));
    stream.once('drain', resolve).once('close', onClose);
    settle = () => stream.off('drain', resolve).off('close', onClose);
    if (stream.destroyed) onClose();
  });
  await inTime(drained, idleMs, idle).finally(() => settle());
}

/** What comes of it, if that is in time; Infinity sets none. @throws what `idle` makes, where it is not */
export async function inTime<T>(what: Promise<T>, ms: number, idle: Idle): Promise<T> {
  if (ms === Infinity) return what;
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
