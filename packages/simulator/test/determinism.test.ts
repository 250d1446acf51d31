import { createHash } from 'node:crypto';
import test from 'ava';
import { optionsOf, run } from '../src/index.js';
import { Plan } from '../src/plan.js';

type Listener = (line: string) => void;

function traceOf(happen: (listener: Listener) => void): { lines: number; hash: string } {
  const hash = createHash('sha256');
  let lines = 0;
  happen((line) => {
    lines++;
    hash.update(`${line}\n`);
  });
  return { lines, hash: hash.digest('hex') };
}

const runOf = (seed: number) => (listener: Listener) => void run(optionsOf(seed), listener);

test('a seed replays its run line by line', (t) => {
  t.timeout(60_000);
  for (const seed of [1, 2, 3]) {
    const first = traceOf(runOf(seed));
    t.true(first.lines > 100);
    t.deepEqual(traceOf(runOf(seed)), first);
  }
});

test('another seed is another run', (t) => {
  t.not(traceOf(runOf(1)).hash, traceOf(runOf(2)).hash);
});

test('all parts of a run, played back, are the same run line by line', (t) => {
  for (const seed of [1, 2, 3]) {
    const plan = new Plan(optionsOf(seed));
    t.deepEqual(traceOf((listener) => plan.replay(plan.numbers, listener)), traceOf(runOf(seed)));
  }
});

test('what does not depend on a part that is left out happens as it did', (t) => {
  const plan = new Plan(optionsOf(5));
  const firstRead = plan.numbers.find((number) => plan.lines([number]).at(-1)!.includes(': get '))!;
  // Who gets what from whom, when: without the ids of messages, which are counted.
  const momentsOf = (numbers: readonly number[]): string[] => {
    const moments: string[] = [];
    plan.replay(numbers, (line) => moments.push(line.split(' {')[0]!));
    return moments;
  };
  const all = momentsOf(plan.numbers);
  const left = new Set(momentsOf(plan.numbers.filter((number) => number !== firstRead)));
  t.true(left.size > 0 && all.some((moment) => !left.has(moment)));
  t.true(all.filter((moment) => left.has(moment)).length > all.length * 0.8);
});
