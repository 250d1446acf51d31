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
    this.#add(Gauge, name, help, [], () => {
      const value = valueOf();
      return value === undefined ? [] : [[{}, value]];
    });
  }

  /** The same, by labels. */
  gauges(name: string, help: string, labelNames: string[], valuesOf: () => Labelled): void {
    this.#add(Gauge, name, help, labelNames, valuesOf);
  }

  /** What only goes up while the node runs. */
  counter(name: string, help: string, valueOf: () => number): void {
    this.#add(Counter, name, help, [], () => [[{}, valueOf()]]);
  }

  /** The same, by labels. */
  counters(name: string, help: string, labelNames: string[], valuesOf: () => Labelled): void {
    this.#add(Counter, name, help, labelNames, valuesOf);
  }

  #add(Kind: typeof Gauge | typeof Counter, name: string, help: string, labelNames: string[], valuesOf: () => Labelled): void {
    const made: Gauge | Counter = new Kind({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => {
        made.reset();
        // Without labels it begins with 0: what has no value is not there.
        if (labelNames.length === 0) made.remove({});
        for (const [labels, value] of valuesOf()) made.inc(labels, value);
      },
    });
  }
}
