import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { HELLO_PORT } from '@coring/protocol';
import { formatAddress } from './address.js';
import { ClientError, messageOf } from './client-error.js';
import type { Echo } from './commands/echo.js';
import type { Hello } from './commands/hello.js';
import type { Message } from './commands/message.js';

export type Command =
  | { readonly do: 'help' | 'version' | 'status' }
  | { readonly do: 'watch'; readonly verbose: boolean }
  | { readonly do: 'put'; readonly file: string; readonly name: string }
  | { readonly do: 'get'; readonly name: string; readonly output: string; readonly copy: string | undefined }
  | { readonly do: 'list'; readonly prefix: string; readonly conflicts: boolean }
  | { readonly do: 'rm' | 'conflicts'; readonly name: string }
  | { readonly do: 'resolve'; readonly name: string; readonly version: string | undefined }
  | { readonly do: 'merges'; readonly name: string | undefined }
  | { readonly do: 'leave' | 'forget'; readonly node: string }
  | ({ readonly do: 'echo' } & Echo)
  | ({ readonly do: 'hello' } & Hello)
  | ({ readonly do: 'message' } & Message)
  | { readonly do: 'scrub'; readonly node: string | undefined };

export interface Arguments {
  readonly command: Command;
  /** `host:port` of the node to ask first. */
  readonly address: string;
  readonly timeoutMs: number;
  readonly json: boolean;
}

/** Writes to standard output instead of a file. */
export const STANDARD_OUTPUT = '-';

/** Most clients that send a message at the same time. */
const CLIENTS_MAX = 1000;

/** Long names that users type with a single dash, as the first of these programs had them. */
const longForms: Readonly<Record<string, string>> = {
  get: 'get',
  GETFILE: 'get',
  put: 'put',
  PUTFILE: 'put',
  ip: 'ip',
  port: 'port',
};

/** What the command line asks for. @throws ClientError `wrong-use` */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const once = (name: keyof typeof values): string | undefined => {
    const given = values[name];
    if (!Array.isArray(given)) return undefined;
    if (given.length > 1) throw wrongUse(`--${name} is given more than once`);
    if (given[0] === '') throw wrongUse(`--${name} is empty`);
    return given[0];
  };
  return {
    command: commandOf(values, once, positionals),
    address: addressOf(once('ip') ?? '127.0.0.1', once('port') ?? '4043'),
    timeoutMs: timeoutOf(once('timeout') ?? '30'),
    json: values.json === true,
  };
}

type Once = (name: 'get' | 'put' | 'as' | 'output' | 'copy' | 'every' | 'log' | 'text' | 'clients' | 'port') => string | undefined;
type Flags = Partial<Readonly<Record<'help' | 'version' | 'verbose' | 'retry' | 'conflicts', boolean>>>;

function commandOf(values: Flags, once: Once, positionals: readonly string[]): Command {
  if (values.help === true) return { do: 'help' };
  if (values.version === true) return { do: 'version' };
  const [file, name, as, output, copy] = [once('put'), once('get'), once('as'), once('output'), once('copy')];
  if (file !== undefined && name !== undefined) throw wrongUse('-get and -put together: one at a time');
  if (as !== undefined && file === undefined) throw wrongUse('--as goes with -put');
  if (output !== undefined && name === undefined) throw wrongUse('-o goes with -get');
  if (copy !== undefined && name === undefined) throw wrongUse('--copy goes with -get');
  const [word, operand, ...more] = positionals;
  const [every, log] = [once('every'), once('log')];
  if ((every !== undefined || log !== undefined) && word !== 'echo') throw wrongUse('--every and --log go with echo');
  const [text, clients] = [once('text'), once('clients')];
  if ((text !== undefined || clients !== undefined) && word !== 'message') throw wrongUse('--text and --clients go with message');
  if (values.retry === true && word !== 'hello') throw wrongUse('--retry goes with hello');
  if (values.conflicts === true && word !== 'list') throw wrongUse('--conflicts goes with list');
  if (values.verbose === true && word !== 'watch') throw wrongUse('--verbose goes with watch');
  if (file !== undefined || name !== undefined) {
    if (word !== undefined) throw wrongUse(`'${word}' is one word too many`);
    if (file !== undefined) return { do: 'put', file, name: as ?? basename(file) };
    return { do: 'get', name: name!, output: output ?? basename(name!), copy };
  }
  if (word === 'hello') return helloOf(operand, more, once('port'), values.retry === true);
  if (word === 'resolve') return resolveOf(operand, more);
  if (more[0] !== undefined) throw wrongUse(`'${more[0]}' is one word too many`);
  switch (word) {
    case undefined:
      throw wrongUse('nothing to do: -put FILE, -get NAME or a command is needed');
    case 'list':
      return { do: 'list', prefix: operand ?? '', conflicts: values.conflicts === true };
    case 'rm':
    case 'conflicts':
      return { do: word, name: needed(operand, `${word} needs the NAME of a file`) };
    case 'merges':
      return { do: 'merges', name: operand };
    case 'leave':
    case 'forget':
      return { do: word, node: needed(operand, `${word} needs a NODE`) };
    case 'scrub':
      return { do: 'scrub', node: operand };
    case 'status':
    case 'watch':
    case 'echo':
    case 'message':
      if (operand !== undefined) throw wrongUse(`'${operand}' is one word too many`);
      if (word === 'echo') return { do: word, everyMs: every === undefined ? undefined : everyOf(every), log };
      if (word === 'message') return { do: word, text, clients: clientsOf(clients) };
      return word === 'watch' ? { do: word, verbose: values.verbose === true } : { do: word };
    default:
      throw wrongUse(`there is no command '${word}'`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: withTwoDashes(args),
      allowPositionals: true,
      options: {
        get: { type: 'string', multiple: true },
        put: { type: 'string', multiple: true },
        as: { type: 'string', multiple: true },
        output: { type: 'string', short: 'o', multiple: true },
        copy: { type: 'string', multiple: true },
        ip: { type: 'string', short: 'i', multiple: true },
        port: { type: 'string', short: 'p', multiple: true },
        every: { type: 'string', multiple: true },
        log: { type: 'string', multiple: true },
        text: { type: 'string', multiple: true },
        clients: { type: 'string', multiple: true },
        retry: { type: 'boolean' },
        conflicts: { type: 'boolean' },
        timeout: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        verbose: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw wrongUse(messageOf(cause).split('\n')[0]!, cause);
  }
}

/** `-get NAME`, `-get=NAME` and `--GETFILE NAME` become `--get NAME` and `--get=NAME`. */
function withTwoDashes(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => {
    const match = /^--?(\w+)(=.*)?$/s.exec(arg);
    const long = match === null || !Object.hasOwn(longForms, match[1]!) ? undefined : longForms[match[1]!];
    return long === undefined || (end !== -1 && i > end) ? arg : `--${long}${match![2] ?? ''}`;
  });
}

function helloOf(host: string | undefined, [seconds, ...more]: readonly string[], port = String(HELLO_PORT), retry: boolean): Command {
  if (more[0] !== undefined) throw wrongUse(`'${more[0]}' is one word too many`);
  const sleepSeconds = /^\d{1,5}$/.test(seconds ?? '0') ? Number(seconds ?? 0) : Number.NaN;
  if (Number.isNaN(sleepSeconds)) throw wrongUse(`hello takes whole seconds to sleep, not '${seconds}'`);
  return { do: 'hello', host: hostOf(needed(host, 'hello needs a HOST')), port: portOf(port), sleepSeconds, retry };
}

function resolveOf(name: string | undefined, [version, ...more]: readonly string[]): Command {
  if (more[0] !== undefined) throw wrongUse(`'${more[0]}' is one word too many`);
  return { do: 'resolve', name: needed(name, 'resolve needs the NAME of a file'), version };
}

function clientsOf(text = '1'): number {
  const clients = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (clients < 1 || clients > CLIENTS_MAX) throw wrongUse(`--clients takes a number from 1 to ${CLIENTS_MAX}`);
  return clients;
}

/** `90`, `90s`, `5m`, `1h` in milliseconds. */
function everyOf(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  const seconds = Number(number ?? 0) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (seconds < 1 || seconds > 86_400) throw wrongUse(`--every takes a time from 1s to 24h, not '${text}'`);
  return seconds * 1000;
}

function addressOf(ip: string, port: string): string {
  return formatAddress(hostOf(ip), portOf(port));
}

/** A name or an address, bare. */
function hostOf(ip: string): string {
  const host = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  if (!/^[^\s/@?#[\]]+$/.test(host)) throw wrongUse(`'${ip}' is no address`);
  return host;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrongUse(`'${text}' is no port`);
  return port;
}

function timeoutOf(text: string): number {
  const seconds = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0 || seconds > 86_400) throw wrongUse(`--timeout takes seconds, not '${text}'`);
  return seconds * 1000;
}

function needed(operand: string | undefined, message: string): string {
  if (operand === undefined || operand === '') throw wrongUse(message);
  return operand;
}

function wrongUse(message: string, cause?: unknown): ClientError {
  return new ClientError('wrong-use', message, { cause });
}
