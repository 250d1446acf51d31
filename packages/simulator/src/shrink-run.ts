import { performance } from 'node:perf_hooks';
import type { Arguments } from './arguments.js';
import type { Options } from './options.js';
import { Plan } from './plan.js';
import { sayRanges } from './ranges.js';
import { shrink } from './shrink.js';

/** The smallest part found of a run that fails, and what it takes to see it fail. */
export interface Shrunk {
  /** Of how many. */
  readonly parts: number;
  readonly kept: readonly number[];
  readonly lines: readonly string[];
  readonly violation: string;
  /** Where the search came to no end: what it took. */
  readonly unfinished?: string;
}

/**
 * What the search for it may take. A list of a hundred parts wants some two hundred runs, of a second at most each; of a ring of a thousand each takes minutes:
 * none is begun when the time is over.
 */
const limits = { runsMax: 600, withinMs: 600_000 };

/** Leaves out what can be left out of a failing run without the same checker being content. */
export function shrinkRun(options: Options, violation: string, { runsMax, withinMs } = limits): Shrunk {
  const beganMs = performance.now();
  let unfinished: string | undefined;
  const isOver = (tries: number): boolean => {
    const tookMs = performance.now() - beganMs;
    if (tries >= runsMax || tookMs >= withinMs) unfinished = `${tries} runs, ${(tookMs / 60_000).toFixed(1)} minutes`;
    return unfinished !== undefined;
  };
  const plan = new Plan(options);
  let last = violation;
  const isFailing = (numbers: readonly number[]): boolean => {
    const found = plan.replay(numbers).violations[0];
    if (found === undefined || checkerOf(found) !== checkerOf(violation)) return false;
    last = found;
    return true;
  };
  const kept = shrink(plan.numbers, isFailing, isOver);
  return { parts: plan.numbers.length, kept, lines: plan.lines(kept), violation: last, ...(unfinished === undefined ? {} : { unfinished }) };
}

/** The line that replays a run. */
export function replayLine({ seed, reapAfterMs, mutations }: Pick<Options, 'seed' | 'reapAfterMs' | 'mutations'>, { nodes, only }: Pick<Arguments, 'nodes'> & { readonly only?: readonly number[] | undefined }): string {
  const size = nodes === undefined ? '' : ` --nodes ${nodes}`;
  const parts = only === undefined ? '' : ` --only ${sayRanges(only)}`;
  return `npm run sim -- --seed ${seed}${reapAfterMs === undefined ? '' : ' --long'}${size}${mutations.map((name) => ` --mutation ${name}`).join('')}${parts} --trace`;
}

export function checkerOf(violation: string): string {
  return violation.split(':', 1)[0]!;
}
