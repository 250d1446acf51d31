import { performance } from 'node:perf_hooks';
import { gradeOf } from './history.js';
import type { World } from './world.js';

const HOUR_MS = 3_600_000;
const LINE_MAX = 110;

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
      ['undecided', [`${this.#countOf('linearizability not decided')} names whose operations have too many orders to try`]],
      ['network', [`messages ${this.#countOf('messages')}`, `MB ${(this.#countOf('bytes') / 1_000_000).toFixed(0)}`]],
      ['events', this.#counted('event ')],
    ];
    return rows.flatMap(([name, cells]) => wrapped(cells).map((line, i) => `${(i === 0 ? name : '').padEnd(11)}${line}`)).join('\n');
  }

  /** Everything that was counted, one line each. */
  counters(): string {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${String(count).padStart(12)} ${what}`).join('\n');
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
