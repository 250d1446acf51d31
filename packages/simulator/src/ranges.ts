/** Rising numbers as text, `0-4,7`. */
export function sayRanges(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** @throws RangeError where the text is no such list */
export function asRanges(text: string): number[] {
  const numbers = text.split(',').flatMap((range) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (first === undefined || Number(first) > Number(last)) throw new RangeError(`${JSON.stringify(range)} is no range of numbers`);
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}
