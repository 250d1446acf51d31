import { BUCKETS } from '@coring/protocol';
import { grown } from './grown.js';
import { bucketOfKey, type Key, type NameWithin, textOf } from './key.js';
import { NameArena } from './name-arena.js';
import { SortedIds } from './sorted-ids.js';

/** Stands for no id, in tables and lists. */
const NONE = 0xffff_ffff;

/**
 * A set of names, each with a small number, its id, under which others keep what belongs to it. Found by hash (open addressing with linear probing),
 * listed in the order of their UTF-8 bytes, or by bucket. Ids of removed names are given again.
 */
export class Names {
  readonly #arena = new NameArena();
  readonly #order = new SortedIds();
  /** Of each id. */
  #places = new Uint32Array();
  #hashes = new Uint32Array();
  /** Of each id: the next one of its bucket, or the next unused id. */
  #next = new Uint32Array();
  readonly #buckets = new Uint32Array(BUCKETS).fill(NONE);
  /** Ids by hash. */
  #table = new Uint32Array(64).fill(NONE);
  /** How many bits of a hash do not choose a slot. */
  #shift = 26;
  #unused = NONE;
  #end = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Every id is below it. */
  get end(): number {
    return this.#end;
  }

  find(key: Key): number | undefined {
    const found = this.#table[this.#slotOf(key)]!;
    return found === NONE ? undefined : found;
  }

  /** The id of the name, which is added unless it is there. */
  add(key: Key): number {
    const slot = this.#slotOf(key);
    const found = this.#table[slot]!;
    if (found !== NONE) return found;
    const id = this.#put(slot, key.hash, this.#arena.add(key.bytes));
    this.#order.add(id, (other) => this.#arena.compare(this.#places[other]!, key.bytes));
    return id;
  }

  /** As `add`, of a name that comes behind all that are there. */
  append({ bytes, begin, end, hash }: NameWithin): number {
    const mask = this.#table.length - 1;
    let slot = this.#homeOf(hash);
    while (this.#table[slot] !== NONE) slot = (slot + 1) & mask;
    const id = this.#put(slot, hash, this.#arena.add(bytes, begin, end));
    this.#order.append(id);
    return id;
  }

  remove(id: number): void {
    const key = { bytes: this.bytesOf(id), hash: this.#hashes[id]! };
    this.#order.delete((other) => this.#arena.compare(this.#places[other]!, key.bytes));
    this.#vacate(this.#slotOf(key));
    this.#leaveBucket(id, bucketOfKey(key.hash));
    this.#arena.remove(this.#places[id]!);
    this.#next[id] = this.#unused;
    this.#unused = id;
    this.#size--;
  }

  text(id: number): string {
    return textOf(this.bytesOf(id));
  }

  /** Good until the name is removed. */
  bytesOf(id: number): Uint8Array {
    return this.#arena.bytesOf(this.#places[id]!);
  }

  lengthOf(id: number): number {
    return this.#arena.lengthOf(this.#places[id]!);
  }

  hashOf(id: number): number {
    return this.#hashes[id]!;
  }

  /** Ids in the order of names, those at `from` and behind it. Nothing may be added or removed meanwhile. */
  from(from: Uint8Array): Iterable<number> {
    return this.#order.from((id) => this.#arena.compare(this.#places[id]!, from));
  }

  /** Ids of a bucket whose names come after `after`, in the order of names. */
  inBucket(bucket: number, after: Uint8Array): number[] {
    const found: number[] = [];
    for (let id = this.#buckets[bucket]!; id !== NONE; id = this.#next[id]!) if (this.#arena.compare(this.#places[id]!, after) > 0) found.push(id);
    return found.sort((a, b) => this.#arena.compare(this.#places[a]!, this.bytesOf(b)));
  }

  #put(slot: number, hash: number, place: number): number {
    const id = this.#newId();
    this.#places[id] = place;
    this.#hashes[id] = hash;
    this.#table[slot] = id;
    this.#size++;
    const bucket = bucketOfKey(hash);
    this.#next[id] = this.#buckets[bucket]!;
    this.#buckets[bucket] = id;
    if (this.#size > this.#table.length * 0.7) this.#enlargeTable();
    return id;
  }

  #newId(): number {
    if (this.#unused !== NONE) {
      const id = this.#unused;
      this.#unused = this.#next[id]!;
      return id;
    }
    const id = this.#end++;
    if (id < this.#places.length) return id;
    this.#places = grown(this.#places, this.#end);
    this.#hashes = grown(this.#hashes, this.#end);
    this.#next = grown(this.#next, this.#end);
    return id;
  }

  /** Where the name stands in the table, or would stand. */
  #slotOf({ bytes, hash }: Key): number {
    const mask = this.#table.length - 1;
    for (let slot = this.#homeOf(hash); ; slot = (slot + 1) & mask) {
      const id = this.#table[slot]!;
      if (id === NONE || (this.#hashes[id] === hash && this.#arena.compare(this.#places[id]!, bytes) === 0)) return slot;
    }
  }

  /** The top bits name the bucket: multiplying mixes them with the others (Knuth's multiplicative hashing). */
  #homeOf(hash: number): number {
    return Math.imul(hash, 0x9e3779b1) >>> this.#shift;
  }

  /** Empties a slot and moves up those behind it that would not be found any more. */
  #vacate(slot: number): void {
    const mask = this.#table.length - 1;
    let hole = slot;
    for (let at = (slot + 1) & mask; this.#table[at] !== NONE; at = (at + 1) & mask) {
      const home = this.#homeOf(this.#hashes[this.#table[at]!]!);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#table[hole] = this.#table[at]!;
      hole = at;
    }
    this.#table[hole] = NONE;
  }

  #leaveBucket(id: number, bucket: number): void {
    if (this.#buckets[bucket] === id) {
      this.#buckets[bucket] = this.#next[id]!;
      return;
    }
    let before = this.#buckets[bucket]!;
    while (this.#next[before] !== id) before = this.#next[before]!;
    this.#next[before] = this.#next[id]!;
  }

  #enlargeTable(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2).fill(NONE);
    this.#shift--;
    const mask = this.#table.length - 1;
    for (const id of old) {
      if (id === NONE) continue;
      let slot = this.#homeOf(this.#hashes[id]!);
      while (this.#table[slot] !== NONE) slot = (slot + 1) & mask;
      this.#table[slot] = id;
    }
  }
}
