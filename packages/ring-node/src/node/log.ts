import { fstatSync } from 'node:fs';
import { PlainLog } from './plain-log.js';

type Say = (this: void, fieldsOrMessage: object | string, message?: string) => void;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The node's log: a part of pino's interface, so that a program that embeds a node may hand in its own. */
export interface Log extends Record<LogLevel, Say> {
  isLevelEnabled(level: LogLevel): boolean;
}

export interface LogOptions {
  /** `pretty` for people, `json` for machines: one object a line. */
  readonly format: 'pretty' | 'json';
  readonly verbose: boolean;
  /** Colour: only on a terminal, never with NO_COLOR set (no-color.org). */
  readonly colour: boolean;
}

/** Writes to standard output. Contents of files are never logged. */
export async function openLog({ format, verbose, colour }: LogOptions): Promise<Log> {
  const level = verbose ? 'debug' : 'info';
  if (format === 'pretty') return new PlainLog(process.stdout, { level, colour, journal: isJournal(process.stdout.fd) });
  // It is slow to load, and what is for people is no more than a line.
  const { pino } = await import('pino');
  const log: Log = pino({ level, base: { pid: process.pid } });
  return log;
}

/** Whether what is written to that descriptor goes to systemd's journal. Source: JOURNAL_STREAM in systemd.exec(5). */
export function isJournal(fd: number, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.JOURNAL_STREAM === undefined) return false;
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return env.JOURNAL_STREAM === `${dev}:${ino}`;
}

/** A log that says nothing: for programs that embed a node and ask for none. */
export function noLog(): Log {
  const nothing = (): void => undefined;
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing, isLevelEnabled: () => false };
}
