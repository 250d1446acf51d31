/** Where a key leads from one of so many things in a row; undefined where it is none of these keys. `page`: how many Page Down goes on. */
export function stepTo(key: string, from: number, count: number, page = 10): number | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
  const step = steps[key];
  return step === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, from + step));
}
