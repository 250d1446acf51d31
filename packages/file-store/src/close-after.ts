import { diskError } from './error.js';

/** For a stream's `destroy`: closes when the read under way is over, since a closed descriptor's number may be another file's by then. */
export async function closeAfter(
  reading: Promise<unknown>,
  close: () => Promise<void>,
  error: Error | null,
  callback: (error: Error | null) => void,
): Promise<void> {
  let failure = error;
  try {
    await reading;
    await close();
  } catch (cause) {
    failure ??= diskError(cause, 'close a file');
  }
  callback(failure);
}
