import type { Stamp } from '@coring/protocol';
import { crc32 } from 'node:zlib';
import type { Key } from '../index/key.js';
import { ByteWriter } from './byte-writer.js';
import { CHECKSUM_BYTES, type Entry, KIND } from './entry.js';
import { FRAME_ALIGNMENT, FRAME_HEADER_BYTES, FRAME_MAGIC, frameLength, headChecksum } from './frame.js';

/** An entry before it is known where its frame and the contents in it will lie. */
type Draft = (segment: number, frame: number, contents: number) => Entry;

/** Bytes with their crc32, as the log has them. */
export interface Checked {
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

export function checked(bytes: Uint8Array): Checked {
  return { bytes, checksum: crc32(bytes) };
}

/** Gathers the changes of a batch of commits and writes them as one frame: all of them count, or none. */
export class FrameBuilder {
  /** The head, behind the room for its header. */
  readonly #head = new ByteWriter(FRAME_HEADER_BYTES);
  readonly #contents: Checked[] = [];
  #contentLength = 0;
  readonly #drafts: Draft[] = [];

  get isEmpty(): boolean {
    return this.#drafts.length === 0;
  }

  /** In bytes. */
  get length(): number {
    return frameLength(this.#head.at - FRAME_HEADER_BYTES, this.#contentLength);
  }

  put(space: string, key: Key, json: Checked): void {
    this.#head.byte(KIND.put);
    this.#head.shortText(space);
    this.#head.shortBytes(key.bytes);
    const { length } = json.bytes;
    this.#head.word(length);
    const offset = this.#head.at;
    this.#head.word(json.checksum);
    this.#head.bytes(json.bytes);
    this.#drafts.push((segment, frame) => ({ do: 'put', space, key, at: { segment, offset: frame + offset, length } }));
  }

  delete(space: string, key: Key): void {
    this.#head.byte(KIND.delete);
    this.#head.shortText(space);
    this.#head.shortBytes(key.bytes);
    this.#drafts.push(() => ({ do: 'delete', space, key }));
  }

  keepSmall(key: Key, version: Stamp, content: Checked): void {
    const [size, offset] = [content.bytes.length, this.#contentLength];
    this.#head.byte(KIND.keepSmall);
    this.#head.shortBytes(key.bytes);
    this.#version(version);
    this.#head.word(size);
    this.#head.word(offset);
    this.#contents.push(content);
    this.#contentLength += CHECKSUM_BYTES + size;
    this.#drafts.push((segment, _frame, contents) => ({ do: 'keep', key, version, size, place: { segment, offset: contents + offset } }));
  }

  keepLarge(key: Key, version: Stamp, size: number, file: number): void {
    this.#head.byte(KIND.keepLarge);
    this.#head.shortBytes(key.bytes);
    this.#version(version);
    this.#head.double(size);
    this.#head.word(file);
    this.#drafts.push(() => ({ do: 'keep', key, version, size, place: { file } }));
  }

  drop(key: Key, version: Stamp): void {
    this.#head.byte(KIND.drop);
    this.#head.shortBytes(key.bytes);
    this.#version(version);
    this.#drafts.push(() => ({ do: 'drop', key, version }));
  }

  begin(first: number): void {
    this.#head.byte(KIND.begin);
    this.#head.word(first);
    this.#drafts.push(() => ({ do: 'begin', segment: first }));
  }

  follow(end: number): void {
    this.#head.byte(KIND.follow);
    this.#head.word(end);
    this.#drafts.push(() => ({ do: 'follow', end }));
  }

  /** The frame as it is to be written at that place, and what it says. To be called once. */
  at(segment: number, offset: number): { readonly bytes: Buffer; readonly entries: readonly Entry[] } {
    const headEnd = this.#head.at;
    const headLength = headEnd - FRAME_HEADER_BYTES;
    for (const { bytes, checksum } of this.#contents) {
      this.#head.word(checksum);
      this.#head.bytes(bytes);
    }
    while (this.#head.at % FRAME_ALIGNMENT !== 0) this.#head.byte(0);
    const bytes = this.#head.written;
    const head = bytes.subarray(FRAME_HEADER_BYTES, headEnd);
    bytes.writeUInt32LE(FRAME_MAGIC, 0);
    bytes.writeUInt32LE(headLength, 4);
    bytes.writeUInt32LE(this.#contentLength, 8);
    bytes.writeUInt32LE(headChecksum(segment, offset, headLength, this.#contentLength, head), 12);
    return { bytes, entries: this.#drafts.map((draft) => draft(segment, offset, offset + headEnd)) };
  }

  #version({ time, node }: Stamp): void {
    this.#head.double(time);
    this.#head.shortText(node);
  }
}
