/** Digits in the order of their code points: positions compare as plain strings. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(DIGITS.length);
const LENGTH_MAX = 120;
/** At the end of the ring positions are counted up in steps in this many digits: 30 000 nodes named one after the other stay that short. */
const END_DIGITS = 4;
const END_STEP = 238n;
/** How near the upper end of a gap a newcomer is put: one part in this many. */
const PART = 16n;

/** The founder's position: the middle. */
export const FIRST_POSITION = 'V';

/**
 * A position above `after` and below `before` (none: the end of the ring): fractional keys, as for list items that are moved about
 * (Figma, "Realtime editing of ordered sequences", 2017). It lies near the upper end of the gap, so that many who join after the same
 * node keep room there. When no key of bounded length is left it is `after` itself: the nodeId breaks the tie.
 */
export function between(after: string, before: string | undefined): string {
  if (before === undefined) return beyond(after);
  for (let length = Math.max(after.length, before.length); length <= LENGTH_MAX; length++) {
    const low = valueOf(after, length);
    const high = valueOf(before, length);
    if (high <= low && length === Math.max(after.length, before.length)) return after;
    const gap = high - low;
    if (gap >= 2n) return textOf(high - (gap / PART > 1n ? gap / PART : 1n), length);
  }
  return after;
}

function beyond(after: string): string {
  const counted = valueOf(after.slice(0, END_DIGITS), END_DIGITS) + END_STEP;
  if (counted < BASE ** BigInt(END_DIGITS)) return textOf(counted, END_DIGITS);
  for (let length = after.length; length <= LENGTH_MAX; length++) {
    const low = valueOf(after, length);
    const gap = BASE ** BigInt(length) - low;
    if (gap >= 2n) return textOf(low + (gap / PART > 1n ? gap / PART : 1n), length);
  }
  return after;
}

function valueOf(key: string, length: number): bigint {
  let value = 0n;
  for (const digit of key.padEnd(length, DIGITS[0])) value = value * BASE + BigInt(DIGITS.indexOf(digit));
  return value;
}

/** Without zeros at the end: there is always room below a key. */
function textOf(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = DIGITS[Number(rest % BASE)]! + text;
    rest /= BASE;
  }
  return text.replace(/0+$/, '');
}
