import { pino, type Logger } from 'pino';

/** The node's log: pino's own interface. */
export type Log = Logger;

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
  if (format === 'json') return pino({ level, base: { pid: process.pid } });
  const { PinoPretty } = await import('pino-pretty');
  const stream = PinoPretty({ colorize: colour, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', hideObject: true, sync: true });
  return pino({ level, base: null }, stream);
}

/** A log that says nothing: for programs that embed a node and ask for none. */
export function noLog(): Log {
  return pino({ level: 'silent' });
}
