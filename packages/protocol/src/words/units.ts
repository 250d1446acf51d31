const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes for people: three digits at most, decimal units. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

export function durationInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
  if (ms < 5_970_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 171_000_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} days`;
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
