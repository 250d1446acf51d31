import type { Step } from './deeds.js';
import type { Options } from './options.js';
import { replay, run } from './run.js';
import { sayStep } from './say-deed.js';
import { Tape } from './tape.js';
import type { World } from './world.js';

/** One part of what a seed drew, which a run can go without. */
interface Part {
  readonly line: string;
  readonly step?: Step;
  readonly without?: (options: Options) => Options;
}

/** What goes wrong by itself all the time. */
const ambient: readonly { readonly line: (options: Options) => string | undefined; readonly without: (options: Options) => Options }[] = [
  {
    line: ({ network }) => (network.loss > 0 ? `of ${1 / network.loss} messages one gets lost` : undefined),
    without: (options) => ({ ...options, network: { ...options.network, loss: 0 } }),
  },
  {
    line: ({ network }) => (network.duplication > 0 ? `of ${1 / network.duplication} messages one comes twice` : undefined),
    without: (options) => ({ ...options, network: { ...options.network, duplication: 0 } }),
  },
  {
    line: ({ network }) => (network.tailChance > 0 ? `of ${1 / network.tailChance} messages one takes up to ${network.tailMs} ms` : undefined),
    without: (options) => ({ ...options, network: { ...options.network, tailChance: 0 } }),
  },
  {
    line: ({ disk }) => (disk.slowChance > 0 ? `of ${1 / disk.slowChance} syncs one takes ${disk.slowMs} ms` : undefined),
    without: (options) => ({ ...options, disk: { ...options.disk, slowChance: 0 } }),
  },
  {
    line: ({ clocks }) => `clocks are off by up to ${clocks.skewMs} ms, and drift by up to ${clocks.drift * 100} %`,
    without: (options) => ({ ...options, clocks: { skewMs: 0, drift: 0 } }),
  },
];

/** All that a run was made of beside its first node, numbered from 0: each part can be left out, and the rest stays what it is. */
export class Plan {
  readonly #parts: readonly Part[];
  /** Without it there would be no ring to join. */
  readonly #founding: Step;

  readonly #tape = new Tape();

  constructor(readonly options: Options) {
    const { steps } = run(options, undefined, this.#tape);
    this.#tape.rewind();
    const always = ambient.flatMap(({ line, without }): Part[] => {
      const text = line(options);
      return text === undefined ? [] : [{ line: `   always  ${text}`, without }];
    });
    const [founding, ...others] = steps;
    this.#founding = founding!;
    this.#parts = [...always, ...others.map((step) => ({ line: sayStep(step), step }))];
  }

  get numbers(): number[] {
    return this.#parts.map((_part, number) => number);
  }

  /** A run of these parts alone. */
  replay(numbers: readonly number[], listener?: (line: string) => void): World {
    const kept = new Set(numbers);
    const left = this.#parts.filter((_part, number) => !kept.has(number));
    const options = left.reduce((changed, { without }) => without?.(changed) ?? changed, this.options);
    const steps = this.#parts.flatMap(({ step }, number) => (step !== undefined && kept.has(number) ? [step] : []));
    return replay(options, [this.#founding, ...steps], this.#tape, listener);
  }

  /** These parts in words, one line each, after that of the first node. */
  lines(numbers: readonly number[]): string[] {
    return [`     ${sayStep(this.#founding)}`, ...numbers.map((number) => `${String(number).padStart(4)} ${this.#parts[number]!.line}`)];
  }
}
