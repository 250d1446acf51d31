import { BUCKETS } from './bucket.js';

/** A set of buckets as a text: one bit each, four to a hex digit, the lowest bucket first; zeros at the end are left out. All of them take 4 KB. */
export const bucketSetSchema = { type: 'string', pattern: `^[0-9a-f]{0,${BUCKETS / 4}}$` } as const;

const HEX = '0123456789abcdef';
/** Each byte as the text has it: the lower half first. */
const pairs = Array.from({ length: 256 }, (_, byte) => HEX[byte & 15]! + HEX[byte >> 4]!);
const [ZERO, NINE, A] = ['0', '9', 'a'].map((digit) => digit.charCodeAt(0)) as [number, number, number];

/** A set of buckets, gone through in rising order. */
export class BucketSet implements Iterable<number> {
  private readonly bytes = new Uint8Array(BUCKETS / 8);

  constructor(buckets: Iterable<number> = []) {
    for (const bucket of buckets) this.add(bucket);
  }

  static parse(text: string): BucketSet {
    const set = new BucketSet();
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      set.bytes[at >> 1]! |= (code <= NINE ? code - ZERO : code - A + 10) << ((at & 1) * 4);
    }
    return set;
  }

  format(): string {
    const end = this.bytes.findLastIndex((byte) => byte !== 0) + 1;
    let text = '';
    for (let at = 0; at < end; at++) text += pairs[this.bytes[at]!]!;
    return text.endsWith('0') ? text.slice(0, -1) : text;
  }

  has(bucket: number): boolean {
    return (this.bytes[bucket >> 3]! & (1 << (bucket & 7))) !== 0;
  }

  add(bucket: number): void {
    this.bytes[bucket >> 3]! |= 1 << (bucket & 7);
  }

  delete(bucket: number): void {
    this.bytes[bucket >> 3]! &= ~(1 << (bucket & 7));
  }

  addAll(others: BucketSet): void {
    for (let at = 0; at < this.bytes.length; at++) this.bytes[at]! |= others.bytes[at]!;
  }

  /** Those from a bucket on, or the first `count` of them. */
  from(first: number, count = BUCKETS): BucketSet {
    const set = new BucketSet();
    let left = count;
    for (let bucket = this.next(first); bucket !== undefined && left > 0; bucket = this.next(bucket + 1), left--) set.add(bucket);
    return set;
  }

  /** The lowest from a bucket on. */
  next(from = 0): number | undefined {
    if (from >= BUCKETS) return undefined;
    let at = from >> 3;
    let byte = this.bytes[at]! & (0xff << (from & 7));
    while (byte === 0 && ++at < this.bytes.length) byte = this.bytes[at]!;
    return byte === 0 ? undefined : at * 8 + highest(byte & -byte);
  }

  last(): number | undefined {
    const at = this.bytes.findLastIndex((byte) => byte !== 0);
    return at < 0 ? undefined : at * 8 + highest(this.bytes[at]!);
  }

  get size(): number {
    let size = 0;
    for (let byte of this.bytes) for (; byte !== 0; byte &= byte - 1) size++;
    return size;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let bucket = this.next(); bucket !== undefined; bucket = this.next(bucket + 1)) yield bucket;
  }
}

function highest(byte: number): number {
  return 31 - Math.clz32(byte);
}
