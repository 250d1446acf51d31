import type { FileVersion, Seen } from '@coring/protocol';
import test from 'ava';
import { isBehind, isSeenOf, seenOf } from '../../src/ring/files/version.js';

const vectors: Seen[] = [undefined, 1, 2, 3].flatMap((a) => [undefined, 1, 2, 3].map((b) => ({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })));

test('a vector is that of a value where neither lacks anything that the other knows', (t) => {
  for (const seen of vectors) {
    for (const time of [1, 2, 3]) {
      const value = { version: { time, node: 'a' }, seen } as unknown as FileVersion;
      for (const vector of vectors) {
        const expected = !isBehind(vector, seenOf(value)) && !isBehind(seenOf(value), vector);
        t.is(isSeenOf(value, vector), expected, JSON.stringify({ value, vector }));
      }
    }
  }
});
