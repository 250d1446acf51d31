/** Read ahead at a time, in bytes. */
const AHEAD = 1024 * 1024;

/** Gives `length` bytes at `offset`, fewer at the end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** Reads parts of a file, mostly one behind the other, with few reads of it. */
export class Window {
  readonly #read: ReadAt;
  #begin = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(read: ReadAt) {
    this.#read = read;
  }

  /** Fewer bytes at the end of the file. */
  async read(offset: number, length: number): Promise<Buffer> {
    const at = offset - this.#begin;
    if (at < 0 || at + length > this.#bytes.length) {
      this.#bytes = await this.#read(offset, Math.max(length, AHEAD));
      this.#begin = offset;
    }
    return this.#bytes.subarray(offset - this.#begin, offset - this.#begin + length);
  }
}
