import { Clogs } from './clogs.js';
import { Omissions } from './omissions.js';
import type { Random } from './random.js';

export interface NetworkOptions {
  readonly loss: number;
  readonly duplication: number;
  /** What a message takes at least and mostly at most. */
  readonly delayMs: { readonly low: number; readonly high: number };
  /** How often a message takes longer, and how long then. */
  readonly tailChance: number;
  readonly tailMs: number;
  /** How often a sender learns at once that nobody listens where it sent to. */
  readonly refusalChance: number;
}

/** What goes wrong by itself, and is counted only. */
export type AmbientFault = 'loss' | 'duplication' | 'long-delay' | 'slow-sync';

/** Who reaches whom, and how long it takes. Addresses are nodes' names here. */
export class Network {
  #sides = new Map<string, number>();
  readonly #cuts = new Set<string>();
  readonly #lastingCuts = new Set<string>();
  readonly clogs = new Clogs();
  readonly omissions = new Omissions();
  /** Once faults are over nothing is lost, doubled or slow, and no cut lasts. */
  isCalm = false;

  constructor(
    readonly options: NetworkOptions,
    readonly random: Random,
    readonly wentWrong: (what: AmbientFault) => void,
  ) {}

  isOpen(from: string, to: string): boolean {
    if (from === to) return true;
    const way = `${from}>${to}`;
    return (this.#sides.get(from) ?? 0) === (this.#sides.get(to) ?? 0) && !this.#cuts.has(way) && (this.isCalm || !this.#lastingCuts.has(way));
  }

  /** Splits the nodes into sides that do not reach each other. Those not named are on side 0. */
  split(sides: ReadonlyMap<string, number>): void {
    this.#sides = new Map(sides);
  }

  /** Nothing gets from one node to another; the other way is left as it is. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  /** The same until all faults end, whatever heals before. */
  cutLastingly(from: string, to: string): void {
    this.#lastingCuts.add(`${from}>${to}`);
  }

  /** What was cut one way gets through again. */
  mend(from: string, to: string): void {
    this.#cuts.delete(`${from}>${to}`);
  }

  heal(): void {
    this.#sides.clear();
    this.#cuts.clear();
  }

  loses(): boolean {
    return !this.isCalm && this.random.chance(this.options.loss) && this.#goesWrong('loss');
  }

  doubles(): boolean {
    return !this.isCalm && this.random.chance(this.options.duplication) && this.#goesWrong('duplication');
  }

  delayMs(): number {
    const { delayMs, tailChance, tailMs } = this.options;
    if (!this.isCalm && this.random.chance(tailChance) && this.#goesWrong('long-delay')) return this.random.between(delayMs.high, tailMs);
    return this.random.between(delayMs.low, delayMs.high);
  }

  #goesWrong(what: AmbientFault): true {
    this.wentWrong(what);
    return true;
  }
}
