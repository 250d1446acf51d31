import { crc32 } from 'node:zlib';
import { StoreError } from './error.js';

/** Content is checked in blocks of this many bytes. */
export const BLOCK_BYTES = 65_536;
const MAGIC = Buffer.from('CRG1');
/** Size, checksum of the trailer, magic. */
const END_BYTES = 8 + 4 + MAGIC.length;

/** Length in bytes of the trailer behind a content of `size` bytes: see layout.ts. */
export function trailerLength(size: number): number {
  return Math.ceil(size / BLOCK_BYTES) * 4 + END_BYTES;
}

/** Gathers the checksums of content as it passes. */
export class BlockChecksums {
  readonly #whole: number[] = [];
  #open = 0;
  #size = 0;

  update(chunk: Uint8Array): void {
    for (let begin = 0; begin < chunk.length; ) {
      const room = BLOCK_BYTES - (this.#size % BLOCK_BYTES);
      const piece = chunk.subarray(begin, begin + room);
      this.#open = crc32(piece, this.#open);
      this.#size += piece.length;
      begin += piece.length;
      if (piece.length < room) continue;
      this.#whole.push(this.#open);
      this.#open = 0;
    }
  }

  trailer(): Buffer {
    const sums = this.#size % BLOCK_BYTES === 0 ? this.#whole : [...this.#whole, this.#open];
    const trailer = Buffer.alloc(trailerLength(this.#size));
    sums.forEach((sum, block) => trailer.writeUInt32BE(sum, block * 4));
    const at = sums.length * 4;
    trailer.writeBigUInt64BE(BigInt(this.#size), at);
    trailer.writeUInt32BE(crc32(trailer.subarray(0, at + 8)), at + 8);
    MAGIC.copy(trailer, at + 12);
    return trailer;
  }
}

/** @throws StoreError `damaged` unless this is the sound trailer of a content of that size. */
export function checkTrailer(trailer: Buffer, size: number): void {
  const at = trailerLength(size) - END_BYTES;
  const isSound =
    trailer.length === at + END_BYTES &&
    trailer.subarray(at + 12).equals(MAGIC) &&
    trailer.readUInt32BE(at + 8) === crc32(trailer.subarray(0, at + 8)) &&
    trailer.readBigUInt64BE(at) === BigInt(size);
  if (!isSound) throw new StoreError('damaged', 'the checksums of the kept bytes are damaged');
}

/** Checks content that begins at the block `first`. @throws StoreError `damaged` */
export function checkBlocks(content: Buffer, first: number, trailer: Buffer): void {
  for (let begin = 0, block = first; begin < content.length; begin += BLOCK_BYTES, block++) {
    if (crc32(content.subarray(begin, begin + BLOCK_BYTES)) !== trailer.readUInt32BE(block * 4)) {
      throw new StoreError('damaged', `the kept bytes are damaged between ${block * BLOCK_BYTES} and ${(block + 1) * BLOCK_BYTES}`);
    }
  }
}
