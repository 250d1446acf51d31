import type { Figures } from './figures.js';

const MB = 1_000_000;
/** The log of a store is tidied up when it has more garbage than a segment: so much, in bytes, it goes up and down by. */
export const SEGMENT_BYTES = 64 * 2 ** 20;

/** What must not grow, and by how much it may at most: a part of what it was, and a fixed amount. */
const bounds: readonly { readonly what: string; readonly of: (figures: Figures) => number; readonly part: number; readonly amount: number }[] = [
  { what: 'memory', of: ({ rss }) => rss, part: 0.2, amount: 20 * MB },
  { what: 'heap', of: ({ heap }) => heap, part: 0.2, amount: 8 * MB },
  { what: 'open descriptors', of: ({ descriptors }) => descriptors, part: 0, amount: 24 },
  { what: 'disk beside the bytes kept', of: ({ disk, kept }) => disk - kept, part: 0, amount: 1.5 * SEGMENT_BYTES },
];

export interface Trend {
  readonly what: string;
  /** Medians of the second quarter of the samples and of the last. */
  readonly before: number;
  readonly after: number;
  readonly most: number;
}

/** Compares the second quarter of the samples with the last: the first is that of getting warm. */
export function trends(samples: readonly Figures[]): Trend[] {
  const quarter = Math.floor(samples.length / 4);
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  return bounds.map(({ what, of, part, amount }) => {
    const before = quantile(second.map(of), 0.5);
    return { what, before, after: quantile(last.map(of), 0.5), most: before * (1 + part) + amount };
  });
}

/** What a node may take at any time, warm or not, in bytes. */
const limits: readonly { readonly what: string; readonly of: (figures: Figures) => number; readonly most: number }[] = [
  { what: 'memory', of: ({ rss }) => rss, most: 400 * MB },
  { what: 'heap', of: ({ heap }) => heap, most: 150 * MB },
];

export interface Peak {
  readonly what: string;
  /** What nine samples of ten stay below. */
  readonly peak: number;
  readonly most: number;
}

/** How much of the memory it takes. */
export function peaks(samples: readonly Figures[]): Peak[] {
  return limits.map(({ what, of, most }) => ({ what, peak: quantile(samples.map(of), 0.9), most }));
}

/** @throws RangeError where there are none */
function quantile(numbers: readonly number[], part: number): number {
  if (numbers.length === 0) throw new RangeError('no samples');
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)]!;
}
