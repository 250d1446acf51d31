import type { Writable } from 'node:stream';
import type { Log, LogLevel } from './log.js';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'fatal'];
/** Of the words of the levels: SGR codes, as on any terminal. */
const colours = { debug: '34', info: '32', warn: '33', error: '31', fatal: '41' } as const satisfies Record<LogLevel, string>;
const MESSAGE_COLOUR = '36';
/** What a line for systemd's journal begins with, between `<` and `>` (sd-daemon(3)). */
const priorities = { debug: 7, info: 6, warn: 4, error: 3, fatal: 2 } as const satisfies Record<LogLevel, number>;
/** What a node can deal with: where in the program it was noticed tells an operator nothing. */
const expected: ReadonlySet<LogLevel> = new Set(['info', 'warn']);

export interface PlainLogOptions {
  readonly level: LogLevel;
  readonly colour: boolean;
  /** systemd's journal reads it: that has the time, and wants the level where it can sort by it. */
  readonly journal?: boolean;
}

/** Lines for people: time, level, message; of the fields only an error is shown. */
export class PlainLog implements Log {
  readonly debug = this.#sayer('debug');
  readonly info = this.#sayer('info');
  readonly warn = this.#sayer('warn');
  readonly error = this.#sayer('error');
  readonly fatal = this.#sayer('fatal');
  readonly #output: Writable;
  readonly #lowest: number;
  readonly #hasColour: boolean;
  readonly #isJournal: boolean;

  constructor(output: Writable, { level, colour, journal = false }: PlainLogOptions) {
    this.#output = output;
    this.#lowest = levels.indexOf(level);
    this.#hasColour = colour;
    this.#isJournal = journal;
    // A reader that goes away must not end the node.
    output.on('error', () => undefined);
  }

  isLevelEnabled(level: LogLevel): boolean {
    return levels.indexOf(level) >= this.#lowest;
  }

  #sayer(level: LogLevel): Log[LogLevel] {
    return (fields, message) => {
      if (!this.isLevelEnabled(level)) return;
      const text = typeof fields === 'string' ? fields : message;
      const { err } = fields as { err?: unknown };
      const line = `${this.#coloured(level.toUpperCase(), colours[level])}: ${this.#coloured(text ?? '', MESSAGE_COLOUR)}\n`;
      const more = err instanceof Error ? indented(expected.has(level) ? err.message : (err.stack ?? err.message)) : '';
      this.#output.write(this.#isJournal ? `${line}${more}`.replaceAll(/^(?=.)/gm, `<${priorities[level]}>`) : `[${timeOfDay(new Date())}] ${line}${more}`);
    };
  }

  #coloured(text: string, code: string): string {
    return this.#hasColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** Local, to the millisecond. */
function timeOfDay(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function indented(text: string): string {
  return text.split('\n').map((line) => `    ${line}\n`).join('');
}
