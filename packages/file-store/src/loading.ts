import { murmur3 } from '@coring/protocol';
import { HASH_BYTES } from './digest.js';
import type { Catalogue } from './index/catalogue.js';
import type { NameWithin } from './index/key.js';
import { NO_VERSIONS } from './index/kept-versions.js';
import type { Space } from './index/space.js';

/** The kinds of a snapshot's items. */
export const ITEM = { space: 1, node: 2, name: 3, end: 4 } as const;

/**
 * Fills a catalogue from the blocks of a snapshot. A start waits for it, and most of it runs before anything is optimised: it makes no objects for
 * a name, but fills the same few again.
 */
export class Loading {
  readonly #catalogue: Catalogue;
  #space: Space | undefined;
  readonly #nodes: string[] = [];
  readonly #name: NameWithin = { bytes: new Uint8Array(), begin: 0, end: 0, hash: 0 };
  readonly #record = { segment: 0, offset: 0, length: 0 };
  readonly #version = { time: 0, node: '' };
  readonly #inLog = { segment: 0, offset: 0 };
  readonly #inFile = { file: 0 };

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Whether the snapshot ends with this block. */
  load(block: Buffer): boolean {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    // Parts of a Buffer are dearer than parts of this.
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    for (let at = 0; at < block.length; ) {
      const kind = block[at++];
      if (kind === ITEM.end) return true;
      if (kind === ITEM.name) {
        at = this.#loadName(bytes, view, at);
        continue;
      }
      const end = at + 1 + block[at]!;
      const text = block.toString('utf8', at + 1, end);
      if (kind === ITEM.space) this.#space = this.#catalogue.spaceFor(text);
      else this.#nodes.push(text);
      at = end;
    }
    return false;
  }

  /** @returns where the next item begins */
  #loadName(block: Uint8Array, view: DataView, from: number): number {
    const name = this.#name;
    const record = this.#record;
    name.bytes = block;
    name.begin = from + 2;
    name.end = name.begin + view.getUint16(from, true);
    name.hash = murmur3(block, 0, name.begin, name.end);
    record.segment = view.getUint32(name.end, true);
    record.offset = view.getUint32(name.end + 4, true);
    record.length = view.getUint32(name.end + 8, true);
    let at = name.end + 16;
    let versions = NO_VERSIONS;
    for (let left = view.getUint32(name.end + 12, true); left > 0; left--) {
      versions = this.#loadKept(block, view, at, versions);
      at += 28 + HASH_BYTES;
    }
    this.#catalogue.loadName(this.#space!, name, record, versions);
    return at;
  }

  #loadKept(block: Uint8Array, view: DataView, at: number, before: number): number {
    this.#version.node = this.#nodes[view.getUint32(at, true)]!;
    this.#version.time = view.getFloat64(at + 4, true);
    const size = view.getFloat64(at + 12, true);
    const segment = view.getUint32(at + 20, true);
    const offset = view.getUint32(at + 24, true);
    this.#inLog.segment = segment;
    this.#inLog.offset = offset;
    this.#inFile.file = offset;
    return this.#catalogue.loadKept(this.#name, before, { version: this.#version, size, place: segment === 0 ? this.#inFile : this.#inLog, hash: block.subarray(at + 28, at + 28 + HASH_BYTES) });
  }
}
