import { performance } from 'node:perf_hooks';
import type { Arguments } from './arguments.js';
import { longOptionsOf, type Options, optionsOf } from './options.js';
import { Plan } from './plan.js';
import { run } from './run.js';
import { shortLine } from './short-line.js';
import { checkerOf, replayLine, shrinkRun } from './shrink-run.js';
import { Summary } from './summary.js';
import type { World } from './world.js';

type Wanted = Pick<Arguments, 'from' | 'seeds' | 'nodes' | 'long' | 'only' | 'trace' | 'counters' | 'shrinks' | 'mutations'>;

/** How often a person at a terminal hears how far it is. */
const TELL_MS = 1_000;
const VIOLATIONS_SHOWN = 5;

/** Runs seed after seed and tells what is wrong with them; the first run that a checker complains about is made as small as can be. Returns the exit code. */
export function runSeeds(wanted: Wanted): number {
  const { from, seeds, nodes, only, long, mutations, shrinks } = wanted;
  const summary = new Summary(from, seeds);
  const shrunk = new Set<string>();
  let toldMs = performance.now();
  for (let seed = from; seed < from + seeds; seed++) {
    const options = (long ? longOptionsOf : optionsOf)(seed, { mutations, ...(nodes === undefined ? {} : { nodes }) });
    const { violations } = summary.add(() => runOnce(options, wanted));
    if (process.stderr.isTTY && performance.now() - toldMs > TELL_MS) {
      toldMs = performance.now();
      process.stderr.write(`\r${summary.short()} `);
    }
    const violation = violations[0];
    if (violation === undefined) continue;
    say(`seed ${seed} fails, once more: ${replayLine(options, wanted)}`);
    for (const one of violations.slice(0, VIOLATIONS_SHOWN)) say(`    ${one}`);
    if (!shrinks || only !== undefined || shrunk.has(checkerOf(violation))) continue;
    shrunk.add(checkerOf(violation));
    tellSmallest(options, wanted, violation);
  }
  say(wanted.counters ? summary.counters() : summary.table());
  return summary.violated > 0 ? 1 : 0;
}

function runOnce(options: Options, { only, trace }: Wanted): World {
  const listener = trace === 'all' ? say : trace ? sayShort : undefined;
  return only === undefined ? run(options, listener) : new Plan(options).replay(only, listener);
}

function tellSmallest(options: Options, { nodes }: Wanted, violation: string): void {
  const { parts, kept, lines, violation: found, unfinished } = shrinkRun(options, violation);
  say(`  of its ${parts} parts these ${kept.length} are enough: ${replayLine(options, { nodes, only: kept })}`);
  if (unfinished !== undefined) say(`  fewer may do: the search ended after ${unfinished}`);
  for (const line of lines) say(line);
  say(`    ${found}`);
}

function sayShort(line: string): void {
  const text = shortLine(line);
  if (text !== undefined) say(text);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
