/** How long ago, for a narrow column: `now`, `5 min`, `3 h`, `12 d`. */
export function ageInWords(modified: string, nowMs: number): string {
  const then = Date.parse(modified);
  if (Number.isNaN(then)) return '';
  const seconds = Math.max(0, (nowMs - then) / 1000);
  if (seconds < 10) return 'now';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
