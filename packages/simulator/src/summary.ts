import { performance } from 'node:perf_hooks';
import type { RingEvent } from '@coring/ring-node/ring';
import { UNDECIDED } from './checkers/linearizability.js';
import type { FaultName } from './faults.js';
import { gradeOf } from './history.js';
import type { AmbientFault } from './network.js';
import type { World } from './world.js';

const HOUR_MS = 3_600_000;
const LINE_MAX = 110;

const MANY_RUNS = 1_000;
/** Crashes of all are counted as crashes. */
const everyFault: Record<Exclude<FaultName, 'crash-all'> | AmbientFault, true> = {
  split: true,
  cut: true,
  'partial-cut': true,
  'lasting-cut': true,
  flap: true,
  clog: true,
  swizzle: true,
  omit: true,
  ambush: true,
  heal: true,
  pause: true,
  crash: true,
  move: true,
  weigh: true,
  'clone-disk': true,
  'lose-disk': true,
  'low-disk': true,
  'full-disk': true,
  'read-errors': true,
  'bit-rot': true,
  'clock-jump': true,
  'clock-drift': true,
  join: true,
  sleep: true,
  'leave-away': true,
  'leave-for-good': true,
  loss: true,
  duplication: true,
  'long-delay': true,
  'slow-sync': true,
};
/** That all was read the shell tells, not the core. */
const everyEvent: Record<Exclude<RingEvent['type'], 'scrubbed'>, true> = {
  joined: true,
  refused: true,
  left: true,
  member: true,
  suspect: true,
  reachable: true,
  accused: true,
  heal: true,
  ring: true,
  check: true,
  'check-home': true,
  health: true,
  epoch: true,
  synced: true,
  moving: true,
  moved: true,
  retired: true,
  forward: true,
  put: true,
  deleted: true,
  got: true,
  merged: true,
  reaped: true,
  copied: true,
  damaged: true,
  disk: true,
  clone: true,
  warning: true,
};

/** What many runs came to. */
export class Summary {
  violated = 0;
  readonly #counts = new Map<string, number>();
  #runs = 0;
  #simulatedMs = 0;
  #tookMs = 0;

  constructor(
    readonly from: number,
    readonly seeds: number,
  ) {}

  /** Lets a run happen, and adds it. */
  add(happen: () => World): World {
    const beganMs = performance.now();
    const world = happen();
    this.#tookMs += performance.now() - beganMs;
    this.#runs++;
    this.#simulatedMs += world.nowMs;
    if (world.violations.length > 0) this.violated++;
    for (const [what, count] of world.counts) this.#count(what, count);
    for (const { request, answer, lost } of world.history.operations) {
      this.#count(`asked ${request.op}`, 1);
      this.#count(`answer ${lost ? 'lost' : (gradeOf(answer) ?? 'unknown')}`, 1);
    }
    return world;
  }

  /** How far it is, on one line. */
  short(): string {
    return `${this.#runs} of ${this.seeds} seeds, ${this.violated} violated, ${this.#perSecond()} seeds/s`;
  }

  /** For people: what was run and what came of it. */
  table(): string {
    const last = this.from + this.seeds - 1;
    const rows: [string, string[]][] = [
      ['seeds', [`${this.from} to ${last}`, `${this.violated} of ${this.#runs} violated`]],
      ['time', [`${this.#perSecond()} seeds/s`, `${(this.#simulatedMs / HOUR_MS).toFixed(2)} simulated hours`]],
      ['faults', this.#counted('fault ')],
      ['requests', [...this.#counted('asked '), `repeated ${this.#countOf('repeated')}`]],
      ['answers', this.#counted('answer ')],
      ['judged', [`${this.#countOf('judged')} operations have an order that explains them`]],
      ['undecided', [`${this.#countOf(UNDECIDED)} names whose operations have too many orders to try`]],
      ['network', [`messages ${this.#countOf('messages')}`, `MB ${(this.#countOf('bytes') / 1_000_000).toFixed(0)}`]],
      ['events', this.#counted('event ')],
      ...this.#never(),
    ];
    return rows.flatMap(([name, cells]) => wrapped(cells).map((line, i) => `${(i === 0 ? name : '').padEnd(11)}${line}`)).join('\n');
  }

  /** Everything that was counted, one line each. */
  counters(): string {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${String(count).padStart(12)} ${what}`).join('\n');
  }

  /** In many runs all of these are to be met now and then. */
  #never(): [string, string[]][] {
    if (this.#runs < MANY_RUNS) return [];
    const faults = Object.keys(everyFault).filter((name) => this.#countOf(`fault ${name}`) === 0);
    const events = Object.keys(everyEvent).filter((type) => this.#countOf(`event ${type}`) === 0);
    return [['never', [...faults.map((name) => `fault ${name}`), ...events.map((type) => `event ${type}`)]]];
  }

  /** The most frequent first. */
  #counted(prefix: string): string[] {
    const counts = [...this.#counts].filter(([what]) => what.startsWith(prefix));
    return counts.sort(([, a], [, b]) => b - a).map(([what, count]) => `${what.slice(prefix.length)} ${count}`);
  }

  #countOf(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  #perSecond(): string {
    return ((this.#runs / this.#tookMs) * 1_000).toFixed(1);
  }

  #count(what: string, by: number): void {
    this.#counts.set(what, this.#countOf(what) + by);
  }
}

function wrapped(cells: readonly string[]): string[] {
  const lines: string[] = [];
  for (const cell of cells) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + cell.length + 2 <= LINE_MAX) lines[lines.length - 1] = `${line}, ${cell}`;
    else lines.push(cell);
  }
  return lines;
}
