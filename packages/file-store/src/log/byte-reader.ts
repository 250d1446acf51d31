/** Reads what a ByteWriter wrote. */
export class ByteReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#next(1)]!;
  }

  word(): number {
    return this.#bytes.readUInt32LE(this.#next(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#next(8));
  }

  shortText(): string {
    const length = this.byte();
    const at = this.#next(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** Not a copy. */
  shortBytes(): Buffer {
    return this.bytes(this.#bytes.readUInt16LE(this.#next(2)));
  }

  /** Not a copy. */
  bytes(length: number): Buffer {
    const at = this.#next(length);
    return this.#bytes.subarray(at, at + length);
  }

  #next(length: number): number {
    const at = this.at;
    this.at += length;
    return at;
  }
}
