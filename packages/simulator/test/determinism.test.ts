import { createHash } from 'node:crypto';
import test from 'ava';
import { optionsOf, run } from '../src/index.js';

function traceOf(seed: number): { lines: number; hash: string } {
  const hash = createHash('sha256');
  let lines = 0;
  run(optionsOf(seed), (line) => {
    lines++;
    hash.update(`${line}\n`);
  });
  return { lines, hash: hash.digest('hex') };
}

test('a seed replays its run line by line', (t) => {
  t.timeout(60_000);
  for (const seed of [1, 2, 3]) {
    const first = traceOf(seed);
    t.true(first.lines > 100);
    t.deepEqual(traceOf(seed), first);
  }
});

test('another seed is another run', (t) => {
  t.not(traceOf(1).hash, traceOf(2).hash);
});
