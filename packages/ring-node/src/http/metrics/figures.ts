import { Counter, Gauge, type Registry } from 'prom-client';

type Labelled = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** Figures that are looked up when somebody asks for them: nothing is kept, or done, in between. */
export class Figures {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** What goes up and down; left out where there is no value. */
  gauge(name: string, help: string, valueOf: () => number | undefined): void {
    this.gauges(name, help, [], () => {
      const value = valueOf();
      return value === undefined ? [] : [[{}, value]];
    });
  }

  /** The same, by labels. */
  gauges(name: string, help: string, labelNames: string[], valuesOf: () => Labelled): void {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => {
        made.reset();
        for (const [labels, value] of valuesOf()) made.set(labels, value);
        // A gauge without labels begins with 0: what has no value is not there.
        if (labelNames.length === 0 && [...valuesOf()].length === 0) made.remove({});
      },
    });
  }

  /** What only goes up while the node runs. */
  counters(name: string, help: string, labelNames: string[], valuesOf: () => Labelled): void {
    const made: Counter = new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => {
        made.reset();
        for (const [labels, value] of valuesOf()) made.inc(labels, value);
      },
    });
  }

  counter(name: string, help: string, valueOf: () => number): void {
    this.counters(name, help, [], () => [[{}, valueOf()]]);
  }
}
