import { BUCKETS } from './placement.js';

/** A set of buckets as a text: one bit each, four to a hex digit, the lowest bucket first; zeros at the end are left out. All of them take 4 KB. */
export const bucketSetSchema = { type: 'string', pattern: `^[0-9a-f]{0,${BUCKETS / 4}}$` } as const;

export function packBuckets(buckets: Iterable<number>): string {
  const digits: number[] = [];
  for (const bucket of buckets) {
    const at = bucket >> 2;
    while (digits.length <= at) digits.push(0);
    digits[at]! |= 1 << (bucket & 3);
  }
  return digits.map((digit) => digit.toString(16)).join('');
}

/** In rising order. */
export function unpackBuckets(text: string): number[] {
  const buckets: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const digit = Number.parseInt(text[at]!, 16);
    for (let bit = 0; bit < 4; bit++) if ((digit & (1 << bit)) !== 0) buckets.push(at * 4 + bit);
  }
  return buckets;
}
