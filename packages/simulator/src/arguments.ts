import { parseArgs } from 'node:util';
import { type Mutation, mutationNames } from '@coring/ring-node/ring';
import { asRanges } from './ranges.js';

export const usage = `usage: npm run sim -- [--from N] [--seeds N]      many runs
       npm run sim -- --seed N [--only LIST]      one of them again
       npm run sim -- --mutations                 switches one rule after the other off: in which schedule that shows, in how many plays, and to which checkers
       npm run sim -- --membership N              how fast a ring of N nodes notices a crash, and what that costs
       npm run sim -- --churn N                   what an hour of crashes, stops and pauses does to a ring of N nodes
  --from N        first of many runs (default 1)
  --seeds N       how many (default 100)
  --nodes N       rings of so many nodes, whatever the seeds draw
  --long          runs so long that tombstones are reaped
  --counters      prints what was counted in them, one line each
  --no-shrink     does not look for the smallest part of a run that still fails
  --trace         prints what happens, line by line, shortened
  --trace-all     the same in full
  --only LIST     of what the seed drew, only these parts: their numbers stand before the lines of what is found smallest
  --mutation NAME switches one rule of the protocol off: ${mutationNames.join(', ')}`;

export type Arguments = ReturnType<typeof parseArguments>;

/** @throws Error with a line for the user where they make no sense */
export function parseArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      from: { type: 'string' },
      seeds: { type: 'string' },
      only: { type: 'string' },
      nodes: { type: 'string' },
      trace: { type: 'boolean', default: false },
      'trace-all': { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      counters: { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      mutation: { type: 'string', multiple: true, default: [] },
      mutations: { type: 'boolean', default: false },
      membership: { type: 'string' },
      churn: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.seed !== undefined && (values.from ?? values.seeds) !== undefined) throw new RangeError('--seed is one run, --from and --seeds are many');
  if (values.only !== undefined && values.seed === undefined) throw new RangeError('--only is about the parts of one run: --seed says which');
  return {
    help: values.help,
    trace: values['trace-all'] ? ('all' as const) : values.trace,
    long: values.long,
    counters: values.counters,
    shrinks: !values['no-shrink'] && !values.trace && !values['trace-all'],
    only: values.only === undefined ? undefined : asRanges(values.only),
    listsMutations: values.mutations,
    churn: values.churn === undefined ? undefined : asCount('--churn', values.churn),
    membership: values.membership === undefined ? undefined : asCount('--membership', values.membership),
    nodes: values.nodes === undefined ? undefined : asCount('--nodes', values.nodes),
    from: asCount('--seed or --from', values.seed ?? values.from ?? '1'),
    seeds: values.seed === undefined ? asCount('--seeds', values.seeds ?? '100') : 1,
    mutations: values.mutation.map(asMutation),
  };
}

function asCount(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${name} wants a number from 1 on, not ${JSON.stringify(text)}`);
  return number;
}

function asMutation(name: string): Mutation {
  const mutation = mutationNames.find((one) => one === name);
  if (mutation === undefined) throw new RangeError(`no rule is called ${JSON.stringify(name)}`);
  return mutation;
}
