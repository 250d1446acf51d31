/**
 * Memory for chunks of large contents, used again and again: to have it new for each costs more than to fill it, and keeps the garbage collector
 * at work.
 */
export class ChunkMemory {
  readonly #roomBytes: number;
  readonly #keptMax: number;
  readonly #kept: Buffer[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** Rooms of so many bytes each; so many are kept for later. */
  constructor(roomBytes: number, keptMax: number) {
    this.#roomBytes = roomBytes;
    this.#keptMax = keptMax;
  }

  take(): Buffer {
    const memory = this.#kept.pop() ?? Buffer.allocUnsafeSlow(this.#roomBytes);
    this.#lent.add(memory.buffer);
    return memory;
  }

  /**
   * Gives a room back, whose chunk or any part of it is at hand: for who will not look at it again, nor has anybody else do so. Nobody has to, what is
   * not given back is lost to the garbage collector, no more; and what came from elsewhere, or is given back already, is left alone.
   */
  giveBack({ buffer }: Uint8Array): void {
    if (this.#lent.delete(buffer) && this.#kept.length < this.#keptMax) this.#kept.push(Buffer.from(buffer));
  }
}
