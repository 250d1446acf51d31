import test from 'ava';
import type { Figures } from './figures.js';
import { peaks, trends } from './flat.js';

const MB = 1_000_000;
const usual: Figures = { rss: 120 * MB, heap: 40 * MB, descriptors: 60, disk: 200 * MB, kept: 100 * MB };

/** What is found to have grown too much in an hour, with a sample every two seconds. */
function grown(at: (i: number) => Partial<Figures>): string[] {
  const samples = Array.from({ length: 1800 }, (_, i): Figures => ({ ...usual, ...at(i) }));
  return trends(samples).filter(({ after, most }) => after > most).map(({ what }) => what);
}

test('what goes up and down, or gets warm at first, is flat', (t) => {
  t.deepEqual(grown((i) => ({ rss: (120 + (i % 50)) * MB, heap: (40 + (i % 30)) * MB, descriptors: 60 + (i % 20), disk: (200 + (i % 60)) * MB })), []);
  t.deepEqual(grown((i) => ({ rss: Math.min(300, 60 + i) * MB, heap: Math.min(200, 10 + i) * MB })), []);
  t.deepEqual(grown((i) => ({ disk: (100 + i) * MB, kept: i * MB })), [], 'files that are kept may take room');
});

test('what grows all the time is found', (t) => {
  t.deepEqual(grown((i) => ({ rss: (120 + i / 10) * MB })), ['memory']);
  t.deepEqual(grown((i) => ({ heap: (40 + i / 30) * MB })), ['heap']);
  t.deepEqual(grown((i) => ({ descriptors: 60 + Math.floor(i / 20) })), ['open descriptors']);
  t.deepEqual(grown((i) => ({ disk: (200 + i / 5) * MB })), ['disk beside the bytes kept']);
});

test('one sample that is far off says nothing', (t) => {
  t.deepEqual(grown((i) => (i === 1700 ? { rss: 900 * MB, descriptors: 5000 } : {})), []);
});

test('memory beyond a limit is found, however short the run, unless it is a moment', (t) => {
  const tooHigh = (at: (i: number) => Partial<Figures>): string[] => peaks(Array.from({ length: 40 }, (_, i): Figures => ({ ...usual, ...at(i) }))).filter(({ peak, most }) => peak > most).map(({ what }) => what);
  t.deepEqual(tooHigh((i) => (i % 20 === 0 ? { rss: 900 * MB, heap: 500 * MB } : {})), []);
  t.deepEqual(tooHigh((i) => ({ rss: 20 * i * MB })), ['memory']);
  t.deepEqual(tooHigh((i) => (i > 30 ? { heap: 200 * MB } : {})), ['heap']);
});
