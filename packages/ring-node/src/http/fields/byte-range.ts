export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * The part of a content of `size` bytes that a Range header asks for: RFC 9110, section 14. Everything (`whole`) where the header is empty, in
 * another unit, malformed, or asks for several parts: a server may ignore it then.
 */
export function byteRange(header: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i.exec(header);
  if (match === null) return 'whole';
  const [, first, last, suffix] = match;
  if (suffix !== undefined) return within(Math.max(0, size - Number(suffix)), size, size);
  const start = Number(first);
  if (last === '') return within(start, size, size);
  if (Number(last) < start) return 'whole';
  return within(start, Number(last) + 1, size);
}

function within(start: number, end: number, size: number): ByteRange | 'unsatisfiable' {
  return start < size ? { start, end: Math.min(end, size) } : 'unsatisfiable';
}
