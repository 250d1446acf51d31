/** Writes numbers (little-endian) and texts one behind the other, into memory that grows. */
export class ByteWriter {
  #bytes: Buffer;
  at: number;

  constructor(begin = 0) {
    this.#bytes = Buffer.allocUnsafe(Math.max(4096, begin));
    this.at = begin;
  }

  /** Not a copy. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.at);
  }

  byte(value: number): void {
    const at = this.#next(1);
    this.#bytes[at] = value;
  }

  word(value: number): void {
    const at = this.#next(4);
    this.#bytes.writeUInt32LE(value, at);
  }

  double(value: number): void {
    const at = this.#next(8);
    this.#bytes.writeDoubleLE(value, at);
  }

  /** At most 255 bytes of UTF-8, behind their number. */
  shortText(text: string): void {
    const length = Buffer.byteLength(text);
    this.byte(length);
    const at = this.#next(length);
    this.#bytes.write(text, at);
  }

  /** At most 65 535 bytes, behind their number. */
  shortBytes(bytes: Uint8Array): void {
    const at = this.#next(2);
    this.#bytes.writeUInt16LE(bytes.length, at);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#next(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Where so many bytes may be written; the memory may be another after it. */
  #next(length: number): number {
    const at = this.at;
    this.at += length;
    if (this.at > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.at, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
