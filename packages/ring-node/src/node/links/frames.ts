import { LinkError } from './link-error.js';

/** A frame is its length (4 bytes, big-endian, of what follows) and that many bytes: the payload and, on a proven link, its seal. */
export const FRAME_HEADER_BYTES = 4;

/**
 * Gets frames out of a stream of bytes, however it is cut. At most one frame is held, and of it only what has arrived (twice that
 * while it grows), whatever length was announced.
 */
export class FrameDecoder {
  /** Longest frame that is taken, in bytes. */
  bytesMax: number;
  /** Where memory for a frame that comes in pieces is from. */
  allocate = (bytes: number): Buffer => Buffer.allocUnsafeSlow(bytes);
  readonly #onFrame: (frame: Buffer, isLent: boolean) => void;
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #frameBytes = 0;
  #frame = nothing;
  #taken = 0;
  #stopped = false;

  /** `isLent`: the frame's memory is that of the chunk pushed, and only good until the call returns; otherwise it belongs to the receiver. */
  constructor(bytesMax: number, onFrame: (frame: Buffer, isLent: boolean) => void) {
    this.bytesMax = bytesMax;
    this.#onFrame = onFrame;
  }

  /** @throws LinkError with code `bad-frame` where a frame is empty or too long; nothing more may be pushed then. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#headerBytes < FRAME_HEADER_BYTES) at = this.#readHeader(chunk, at);
      else at = this.#readFrame(chunk, at);
    }
  }

  /** Drops what is left of the chunk being pushed and all that follow. */
  stop(): void {
    this.#stopped = true;
    this.#frame = nothing;
  }

  #readHeader(chunk: Buffer, start: number): number {
    const end = Math.min(chunk.length, start + FRAME_HEADER_BYTES - this.#headerBytes);
    chunk.copy(this.#header, this.#headerBytes, start, end);
    this.#headerBytes += end - start;
    if (this.#headerBytes === FRAME_HEADER_BYTES) {
      this.#frameBytes = this.#header.readUInt32BE(0);
      if (this.#frameBytes === 0) throw new LinkError('bad-frame', 'a frame is empty');
      if (this.#frameBytes > this.bytesMax) throw new LinkError('bad-frame', `a frame is longer than ${this.bytesMax} bytes`);
    }
    return end;
  }

  #readFrame(chunk: Buffer, start: number): number {
    if (this.#taken === 0 && chunk.length - start >= this.#frameBytes) {
      const end = start + this.#frameBytes;
      this.#headerBytes = 0;
      this.#onFrame(chunk.subarray(start, end), true);
      return end;
    }
    const end = Math.min(chunk.length, start + this.#frameBytes - this.#taken);
    this.#makeRoom(this.#taken + end - start);
    chunk.copy(this.#frame, this.#taken, start, end);
    this.#taken += end - start;
    if (this.#taken === this.#frameBytes) {
      const frame = this.#frame;
      this.#frame = nothing;
      this.#taken = 0;
      this.#headerBytes = 0;
      this.#onFrame(frame, false);
    }
    return end;
  }

  #makeRoom(bytes: number): void {
    if (this.#frame.length >= bytes) return;
    const larger = this.allocate(Math.min(this.#frameBytes, Math.max(2 * bytes, FIRST_ROOM_BYTES)));
    this.#frame.copy(larger, 0, 0, this.#taken);
    this.#frame = larger;
  }
}

/** The length of a frame of so many bytes, as it stands before it. */
export function frameHeader(bytes: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUInt32BE(bytes, 0);
  return header;
}

const nothing: Buffer = Buffer.alloc(0);
/** A chunk of bulk bytes and its seal fit, so that they are copied once. */
const FIRST_ROOM_BYTES = 256 * 1024 + 64;
