import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { formatAddress } from './address.js';
import { ClientError, messageOf } from './client-error.js';

export type Command =
  | { readonly do: 'help' | 'version' | 'status' }
  | { readonly do: 'watch'; readonly verbose: boolean }
  | { readonly do: 'put'; readonly file: string; readonly name: string }
  | { readonly do: 'get'; readonly name: string; readonly output: string }
  | { readonly do: 'list'; readonly prefix: string }
  | { readonly do: 'rm'; readonly name: string }
  | { readonly do: 'merges'; readonly name: string | undefined }
  | { readonly do: 'leave' | 'forget'; readonly node: string }
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

type Once = (name: 'get' | 'put' | 'as' | 'output') => string | undefined;

function commandOf(values: { readonly help?: boolean; readonly version?: boolean; readonly verbose?: boolean }, once: Once, positionals: readonly string[]): Command {
  if (values.help === true) return { do: 'help' };
  if (values.version === true) return { do: 'version' };
  const [file, name, as, output] = [once('put'), once('get'), once('as'), once('output')];
  if (file !== undefined && name !== undefined) throw wrongUse('-get and -put together: one at a time');
  if (as !== undefined && file === undefined) throw wrongUse('--as goes with -put');
  if (output !== undefined && name === undefined) throw wrongUse('-o goes with -get');
  const [word, operand, ...more] = positionals;
  if (values.verbose === true && word !== 'watch') throw wrongUse('--verbose goes with watch');
  if (file !== undefined || name !== undefined) {
    if (word !== undefined) throw wrongUse(`'${word}' is one word too many`);
    if (file !== undefined) return { do: 'put', file, name: as ?? basename(file) };
    return { do: 'get', name: name!, output: output ?? basename(name!) };
  }
  if (more[0] !== undefined) throw wrongUse(`'${more[0]}' is one word too many`);
  switch (word) {
    case undefined:
      throw wrongUse('nothing to do: -put FILE, -get NAME or a command is needed');
    case 'list':
      return { do: 'list', prefix: operand ?? '' };
    case 'rm':
      return { do: 'rm', name: needed(operand, 'rm needs the NAME of a file') };
    case 'merges':
      return { do: 'merges', name: operand };
    case 'leave':
    case 'forget':
      return { do: word, node: needed(operand, `${word} needs a NODE`) };
    case 'scrub':
      return { do: 'scrub', node: operand };
    case 'status':
    case 'watch':
      if (operand !== undefined) throw wrongUse(`'${operand}' is one word too many`);
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
        ip: { type: 'string', short: 'i', multiple: true },
        port: { type: 'string', short: 'p', multiple: true },
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

function addressOf(ip: string, port: string): string {
  const host = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  if (!/^[^\s/@?#[\]]+$/.test(host)) throw wrongUse(`'${ip}' is no address`);
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) throw wrongUse(`'${port}' is no port`);
  return formatAddress(host, number);
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
