import { Readable } from 'node:stream';
import type { Opened } from './store.js';

/** Bytes that are at hand: who wants no stream pays for none. */
export class OpenedBytes implements Opened {
  readonly size: number;
  readonly bytes: Buffer;

  constructor(content: Uint8Array, range?: { readonly start: number; readonly end: number }) {
    this.size = content.length;
    this.bytes = asBuffer(content).subarray(range?.start ?? 0, range?.end ?? content.length);
  }

  get stream(): Readable {
    return Readable.from(this.bytes.length === 0 ? [] : [this.bytes], { objectMode: false });
  }
}

/** The same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
