/** A moment of today, by this machine's clock. */
export function clock(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
