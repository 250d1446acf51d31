import { Readable } from 'node:stream';
import { closeAfter } from './close-after.js';
import { diskError, StoreError } from './error.js';
import type { Upload } from './upload.js';

/** Handed on at a time. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of an upload from its begin, as they come. */
export function follow(upload: Upload): Readable {
  let position = 0;
  let reading: Promise<unknown> = Promise.resolve();
  upload.hold();
  const next = async (stream: Readable): Promise<Buffer | null> => {
    while (position >= upload.size) {
      if (upload.isBroken) throw new StoreError('no-such-token', 'the upload was discarded');
      if (upload.state !== 'open' || stream.destroyed) return null;
      await upload.changed();
    }
    const bytes = await upload.read(position, CHUNK_BYTES);
    position += bytes.length;
    return bytes;
  };
  return new Readable({
    // Each piece by itself: bytes in a row would be copied together.
    objectMode: true,
    highWaterMark: 1,
    read() {
      reading = next(this).then(
        (bytes) => this.push(bytes),
        (cause: unknown) => this.destroy(diskError(cause, 'read an upload')),
      );
    },
    destroy(error, callback) {
      upload.wake();
      void closeAfter(reading, () => upload.release(), error, callback);
    },
  });
}
