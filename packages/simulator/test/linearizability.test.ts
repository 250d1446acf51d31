import test from 'ava';
import { canBeOrdered, type Content, type Moment } from '../src/checkers/linearizability.js';

const put = (content: string, startedMs: number, endedMs: number, isSure = true): Moment => ({
  what: `put ${content}`,
  startedMs,
  endedMs,
  isSure,
  fits: () => true,
  after: () => content,
});
const get = (read: Content, startedMs: number, endedMs: number): Moment => ({
  what: `get ${read}`,
  startedMs,
  endedMs,
  isSure: true,
  fits: (content) => content === read,
  after: (content) => content,
});

test('a read of what was put before is in order', (t) => {
  t.is(canBeOrdered([put('a', 0, 1), get('a', 2, 3)]), 'yes');
});

test('a read that misses what was acknowledged before it is not', (t) => {
  t.is(canBeOrdered([put('a', 0, 1), get(undefined, 2, 3)]), 'no');
});

test('a read that goes back behind an earlier read is not', (t) => {
  t.is(canBeOrdered([put('a', 0, 1), put('b', 2, 9), get('b', 3, 4), get('a', 5, 6)]), 'no');
});

test('while two uploads overlap either may be the later one', (t) => {
  t.is(canBeOrdered([put('a', 0, 5), put('b', 1, 4), get('a', 6, 7)]), 'yes');
  t.is(canBeOrdered([put('a', 0, 5), put('b', 1, 4), get('b', 6, 7)]), 'yes');
});

test('a write with an unknown outcome may have happened late, or never, but not twice', (t) => {
  const perhaps = put('x', 0, Infinity, false);
  t.is(canBeOrdered([perhaps, put('a', 1, 2), get('a', 3, 4), get('x', 5, 6)]), 'yes');
  t.is(canBeOrdered([perhaps, put('a', 1, 2), get('a', 3, 4)]), 'yes');
  t.is(canBeOrdered([perhaps, get('x', 1, 2), put('a', 3, 4), get('a', 5, 6), get('x', 7, 8)]), 'no');
});

test('where there are too many orders to try the verdict is open', (t) => {
  const all = Array.from({ length: 24 }, (_, i) => put(`${i}`, 0, 100));
  t.is(canBeOrdered([...all, get('23', 101, 102)]), 'yes');
  t.is(canBeOrdered([...all, get('another', 101, 102)]), 'unknown');
});
