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
}

/** Runs that the search makes at most: a list of a hundred parts wants some two hundred. */
const RUNS_MAX = 600;

/** Leaves out what can be left out of a failing run without the same checker being content. */
export function shrinkRun(options: Options, violation: string): Shrunk {
  const plan = new Plan(options);
  let last = violation;
  const isFailing = (numbers: readonly number[]): boolean => {
    const found = plan.replay(numbers).violations[0];
    if (found === undefined || checkerOf(found) !== checkerOf(violation)) return false;
    last = found;
    return true;
  };
  const kept = shrink(plan.numbers, isFailing, RUNS_MAX);
  return { parts: plan.numbers.length, kept, lines: plan.lines(kept), violation: last };
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
