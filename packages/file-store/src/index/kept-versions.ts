import { compareStamps, type Stamp } from '@coring/protocol';
import { HASH_BYTES } from '../digest.js';
import { grown } from './grown.js';

/** Where kept bytes are: in the log, or in a large file of that number. */
export type Place = { readonly segment: number; readonly offset: number } | { readonly file: number };

export interface Kept {
  readonly version: Stamp;
  /** In bytes. */
  readonly size: number;
  readonly place: Place;
  /** What it adds to the digest of its bucket. */
  readonly hash: Uint8Array;
}

/** In place of a version: the end of a list, or an empty one. */
export const NO_VERSIONS = 0xffff_ffff;

/** Segments count from 1: this one stands for a large file, whose number is then in the offset's place. */
const IN_FILE = 0;

/** Kept versions as short lists, one for each name: whoever holds a list knows its first element and gets the new first of every change. */
export class KeptVersions {
  #times = new Float64Array();
  #sizes = new Float64Array();
  #nodes = new Uint32Array();
  #segments = new Uint32Array();
  #offsets = new Uint32Array();
  #next = new Uint32Array();
  #hashes = Buffer.alloc(0);
  #unused = NO_VERSIONS;
  #end = 0;
  /** Nodes are few: each version has the number of its own. */
  readonly #nodeNames: string[] = [];
  readonly #nodeNumbers = new Map<string, number>();

  add(first: number, { version, size, place, hash }: Kept): number {
    const at = this.#newPlace();
    this.#times[at] = version.time;
    this.#sizes[at] = size;
    this.#nodes[at] = this.#nodeNumber(version.node);
    this.#segments[at] = 'file' in place ? IN_FILE : place.segment;
    this.#offsets[at] = 'file' in place ? place.file : place.offset;
    this.#next[at] = first;
    this.#hashes.set(hash, at * HASH_BYTES);
    return at;
  }

  remove(first: number, version: Stamp): number {
    let before = NO_VERSIONS;
    for (let at = first; at !== NO_VERSIONS; before = at, at = this.#next[at]!) {
      if (!this.#is(at, version)) continue;
      const rest = this.#next[at]!;
      this.#next[at] = this.#unused;
      this.#unused = at;
      if (before === NO_VERSIONS) return rest;
      this.#next[before] = rest;
      return first;
    }
    return first;
  }

  find(first: number, version: Stamp): Kept | undefined {
    for (let at = first; at !== NO_VERSIONS; at = this.#next[at]!) if (this.#is(at, version)) return this.#kept(at);
    return undefined;
  }

  /** In the order of stamps. */
  all(first: number): Kept[] {
    const found: Kept[] = [];
    for (let at = first; at !== NO_VERSIONS; at = this.#next[at]!) found.push(this.#kept(at));
    return found.sort((a, b) => compareStamps(a.version, b.version));
  }

  #is(at: number, { time, node }: Stamp): boolean {
    return this.#times[at] === time && this.#nodeNames[this.#nodes[at]!] === node;
  }

  #kept(at: number): Kept {
    const [segment, offset] = [this.#segments[at]!, this.#offsets[at]!];
    return {
      version: { time: this.#times[at]!, node: this.#nodeNames[this.#nodes[at]!]! },
      size: this.#sizes[at]!,
      hash: this.#hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      place: segment === IN_FILE ? { file: offset } : { segment, offset },
    };
  }

  #newPlace(): number {
    if (this.#unused !== NO_VERSIONS) {
      const at = this.#unused;
      this.#unused = this.#next[at]!;
      return at;
    }
    const at = this.#end++;
    if (at < this.#times.length) return at;
    this.#times = grown(this.#times, this.#end);
    this.#sizes = grown(this.#sizes, this.#end);
    this.#nodes = grown(this.#nodes, this.#end);
    this.#segments = grown(this.#segments, this.#end);
    this.#offsets = grown(this.#offsets, this.#end);
    this.#next = grown(this.#next, this.#end);
    this.#hashes = grown(this.#hashes, this.#times.length * HASH_BYTES);
    return at;
  }

  #nodeNumber(node: string): number {
    let number = this.#nodeNumbers.get(node);
    if (number === undefined) this.#nodeNumbers.set(node, (number = this.#nodeNames.push(node) - 1));
    return number;
  }
}
