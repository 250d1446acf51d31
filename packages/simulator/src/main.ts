import { parseArgs } from 'node:util';
import { type Mutation, mutationNames } from '@coring/ring-node/ring';
import { membershipFigures } from './membership-figures.js';
import { optionsOf } from './options.js';
import { run } from './run.js';
import { Summary } from './summary.js';

const usage = `usage: npm run sim -- --seed N [--trace] | --from N --seeds N   [--mutation NAME] | --membership N
  --seed N        replays one run
  --trace         prints what happens in it, line by line
  --from N        first of many runs (default 1)
  --seeds N       how many (default 100)
  --mutation NAME switches one rule of the protocol off: ${mutationNames.join(', ')}
  --membership N  how fast a ring of N nodes notices a crash, and what that costs`;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  return values.membership === undefined ? runSeeds(values) : tellFigures(values.membership);
}

function tellFigures(nodes: number): number {
  const { firstDownSeconds, allDownSeconds, falseDowns, messagesPerSecondAndNode, bytesPerSecondAndNode, tookSeconds } = membershipFigures(nodes);
  process.stdout.write(
    `${nodes} nodes: a crash is noticed after ${firstDownSeconds.toFixed(1)} s, known to all after ${allDownSeconds.toFixed(1)} s (middle of several); ` +
      `${falseDowns} healthy nodes held down; ${messagesPerSecondAndNode.toFixed(1)} messages and ${bytesPerSecondAndNode.toFixed(0)} bytes per second and node (${tookSeconds.toFixed(1)} s)\n`,
  );
  return falseDowns > 0 ? 1 : 0;
}

function runSeeds({ from, seeds, trace, mutations }: ReturnType<typeof parse>): number {
  const summary = new Summary(from, seeds);
  for (let seed = from; seed < from + seeds; seed++) {
    const world = run(optionsOf(seed, { mutations }), trace ? (line) => process.stdout.write(`${line}\n`) : undefined);
    summary.add(world);
    if (world.violations.length === 0) continue;
    const again = mutations.map((name) => ` --mutation ${name}`).join('');
    process.stdout.write(`seed ${seed}: replay with npm run sim -- --seed ${seed}${again} --trace\n`);
    for (const violation of world.violations.slice(0, 5)) process.stdout.write(`    ${violation}\n`);
  }
  process.stdout.write(`${summary.line()}\n`);
  return summary.violated > 0 ? 1 : 0;
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      from: { type: 'string' },
      seeds: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutation: { type: 'string', multiple: true, default: [] },
      membership: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.seed !== undefined && (values.from ?? values.seeds) !== undefined) throw new RangeError('--seed is one run, --from and --seeds are many');
  return {
    help: values.help,
    trace: values.trace,
    membership: values.membership === undefined ? undefined : asCount('--membership', values.membership),
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
