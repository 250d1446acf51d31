import test from 'ava';
import { Laps } from '../src/model/laps.js';

const check = (at: string, from: string, to: string | undefined, hop: number, lap = 'one') => ({ type: 'check' as const, at, timeMs: 0, from, ...(to === undefined ? {} : { to }), check: { lap, origin: 'a', hop, arc: 0, arcs: 1 } });

test('hops of a lap are drawn one after the other, as they are heard of', (t) => {
  const laps = new Laps();
  const first = laps.hop(check('a', 'a', 'b', 0), 5, 1000)!;
  const second = laps.hop(check('b', 'a', 'c', 1), 5, 1001)!;
  t.deepEqual([first.from, first.to, first.startMs], ['a', 'b', 1000]);
  t.deepEqual([second.from, second.to, second.startMs], ['b', 'c', 1000 + first.tookMs]);
});

test('a hop that two nodes tell of is drawn once', (t) => {
  const laps = new Laps();
  const last = laps.hop(check('c', 'b', 'a', 2), 3, 0)!;
  t.deepEqual([last.from, last.to], ['c', 'a']);
  t.is(laps.hop(check('a', 'c', undefined, 3), 3, 5), undefined);
  t.not(laps.hop(check('a', 'c', undefined, 3, 'two'), 3, 5), undefined);
});

test('the way home is drawn also where the last node does not tell', (t) => {
  const { from, to } = new Laps().hop(check('a', 'c', undefined, 3), 3, 0)!;
  t.deepEqual([from, to], ['c', 'a']);
});

test('laps do not wait for each other, and what would come too late is left out', (t) => {
  const laps = new Laps();
  laps.hop(check('a', 'a', 'b', 0), 2, 0);
  t.is(laps.hop(check('x', 'x', 'y', 0, 'two'), 2, 10)!.startMs, 10);
  const drawn = Array.from({ length: 500 }, (_, i) => laps.hop(check(`n${i}`, '', `n${i + 1}`, i, 'long'), 5, 0)).filter((hop) => hop !== undefined);
  t.true(drawn.length < 20);
});
