const format = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** A moment of today, by this machine's clock. */
export function clock(ms: number): string {
  return format.format(ms);
}
