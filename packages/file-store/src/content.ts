import { Readable } from 'node:stream';
import { ChunkMemory } from './chunk-memory.js';
import { closeAfter } from './close-after.js';
import { diskError, StoreError } from './error.js';
import type { Files, OpenFile } from './files.js';
import { BLOCK_BYTES, checkBlocks, checkTrailer, trailerLength } from './trailer.js';

/** Of a chunk, in bytes. */
const CHUNK_BYTES = 1_048_576;
/** 8 MiB of it are kept for later. */
const memory = new ChunkMemory(CHUNK_BYTES, 8);

export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Gives checked content from a block's begin on, at most CHUNK_BYTES of it: a whole number of blocks, so many that a read costs little beside the copying. */
type ReadChunk = (position: number) => Promise<Buffer>;

/** Gives the memory of what a stream of kept bytes gave back to the store: see ChunkMemory. */
export function giveBackRead(chunk: Uint8Array): void {
  memory.giveBack(chunk);
}

/**
 * A stream of content that lies at `path` with its trailer. Nothing unchecked leaves it. The memory of its chunks may be given back.
 * @throws StoreError `damaged` where there is no such file, `disk-failed`
 */
export async function openContent(files: Files, path: string, size: number, range: Range = { start: 0, end: size }): Promise<Readable> {
  const file = await files.open(path, 'read').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new StoreError('damaged', 'the kept bytes are missing', { cause });
    throw diskError(cause, 'open kept bytes');
  });
  const wanted = { start: Math.min(range.start, size), end: Math.min(range.end, size) };
  if (size + trailerLength(size) > CHUNK_BYTES) return contentStream(largeReader(file, size), wanted, () => file.close());
  // One read serves what is small, and the file is closed before anybody takes the stream.
  const whole = await file
    .read(0, size + trailerLength(size))
    .finally(() => file.close())
    .catch((cause: unknown) => {
      throw diskError(cause, 'read kept bytes');
    });
  return contentStream(smallReader(whole, size), wanted, async () => {});
}

function smallReader(whole: Buffer, size: number): ReadChunk {
  return async (position) => {
    const trailer = whole.subarray(size);
    checkTrailer(trailer, size);
    checkBlocks(whole.subarray(0, size), 0, trailer);
    return whole.subarray(position, size);
  };
}

function largeReader(file: OpenFile, size: number): ReadChunk {
  let trailer: Buffer | undefined;
  return async (position) => {
    if (trailer === undefined) {
      const found = await file.read(size, trailerLength(size));
      checkTrailer(found, size);
      trailer = found;
    }
    const content = await file.read(position, Math.min(CHUNK_BYTES, size - position), memory.take());
    if (content.length < Math.min(CHUNK_BYTES, size - position)) throw new StoreError('damaged', 'the kept bytes are cut short');
    checkBlocks(content, position / BLOCK_BYTES, trailer);
    return content;
  };
}

function contentStream(readChunk: ReadChunk, { start, end }: Range, close: () => Promise<void>): Readable {
  let position = start;
  let reading: Promise<unknown> = Promise.resolve();
  const next = async (): Promise<Buffer | null> => {
    if (position >= end) return null;
    const blockBegin = position - (position % BLOCK_BYTES);
    const chunk = await readChunk(blockBegin);
    const piece = chunk.subarray(position - blockBegin, end - blockBegin);
    position += piece.length;
    return piece;
  };
  return new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      reading = next().then(
        (piece) => this.push(piece),
        (cause: unknown) => this.destroy(diskError(cause, 'read kept bytes')),
      );
    },
    destroy(error, callback) {
      void closeAfter(reading, close, error, callback);
    },
  });
}
