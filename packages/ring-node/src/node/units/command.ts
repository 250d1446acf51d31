import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { abilities } from '@coring/sockets';
import { isUnspecified, parseAddress } from '../address.js';
import { type Command, readArguments } from '../arguments.js';
import { StartError } from '../start-error.js';
import { install } from './install.js';
import { findPlaces } from './places.js';
import type { Setting } from './setting.js';
import { kinds, unitsOf } from './units.js';
import { usage } from './usage.js';

/** Where a node listens that nobody told where to. */
const DEFAULT = { host: '127.0.0.1', port: 4043 } as const;

/** `ring-node units`: prints units or installs them, and gives what is to be printed. @throws StartError */
export async function units(args: readonly string[]): Promise<string> {
  const { values, names, folder, nodeArguments } = read(args);
  if (values.help === true) return usage;
  const manager = values.user === true ? 'user' : 'system';
  const setting: Setting = { manager, places: findPlaces(), abilities: abilities(), ...nodesOf(nodeArguments) };
  const wanted = unitsOf(names.length === 0 ? Object.keys(kinds) : names, setting);
  const found = wanted.filter((unit) => unit !== undefined);
  if (names.length > 0 && found.length < wanted.length) throw new StartError('cannot-install', 'webclient is not installed beside this program: npm install @coring/client');
  if (values.install !== true) return found.map(({ text }) => text).join('\n');
  const { written, unchanged } = await install(found, resolve(folder ?? defaultFolder(manager)), values.force === true);
  return [...written.map((path) => `wrote ${path}`), ...unchanged.map((path) => `${path} is so already`), ...next(written, manager)].map((line) => `${line}\n`).join('');
}

function read(args: readonly string[]) {
  const end = args.indexOf('--');
  const [own, nodeArguments] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const { folder, rest } = takeFolder(own);
  const { values, positionals } = parse(rest);
  const stray = positionals.find((text) => !isUnit(text));
  if (stray !== undefined) throw wrongUse(`there is no unit '${stray}': ring-node units --help names them`);
  if (values.force === true && values.install !== true) throw wrongUse('--force goes with --install');
  return { values, names: [...new Set(positionals)], folder, nodeArguments };
}

/** What follows `--install` unless it is an option or a unit: it may be left out, which parseArgs knows not of options. */
function takeFolder(args: readonly string[]): { readonly folder?: string; readonly rest: readonly string[] } {
  const at = args.findIndex((arg) => arg === '--install' || arg.startsWith('--install='));
  if (at === -1) return { rest: args };
  const isApart = args[at] === '--install';
  const folder = isApart ? args[at + 1] : args[at]!.slice('--install='.length);
  if (isApart && (folder === undefined || folder.startsWith('-') || isUnit(folder))) return { rest: args };
  if (folder === '') throw wrongUse('the folder of --install is empty');
  return { folder: folder!, rest: [...args.slice(0, at), '--install', ...args.slice(at + (isApart ? 2 : 1))] };
}

function isUnit(text: string): boolean {
  return Object.hasOwn(kinds, text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { user: { type: 'boolean' }, install: { type: 'boolean' }, force: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    throw wrongUse((cause as Error).message.split('\n')[0]!, cause);
  }
}

/** What is to be known of the nodes' options, once they are found to be some. */
function nodesOf(args: readonly string[]): Pick<Setting, 'nodeArguments' | 'secretFile' | 'echoAt'> {
  const command: Command = readArguments(args);
  if (command.do !== 'start') throw wrongUse(`--${command.do} after -- starts no node`);
  const { data, join: peer, wait, listen, secretFile } = command.options;
  if (data !== undefined) throw wrongUse('--data after --: the data directory is that of the unit, StateDirectory=');
  const at = parseAddress(listen ?? '127.0.0.1:');
  return {
    nodeArguments: [...without(args, '--secret-file'), ...(peer !== undefined && wait !== true ? ['--wait'] : [])],
    ...(secretFile === undefined ? {} : { secretFile: resolve(secretFile) }),
    echoAt: { host: isUnspecified(at.host) ? DEFAULT.host : at.host, port: at.port === undefined || at.port === 0 ? DEFAULT.port : at.port },
  };
}

/** The arguments without that flag and its value. */
function without(args: readonly string[], flag: string): string[] {
  return args.filter((arg, i) => arg !== flag && args[i - 1] !== flag && !arg.startsWith(`${flag}=`));
}

function defaultFolder(manager: Setting['manager']): string {
  if (manager === 'system') return '/etc/systemd/system';
  const config = process.env.XDG_CONFIG_HOME;
  return join(config?.startsWith('/') === true ? config : join(homedir(), '.config'), 'systemd/user');
}

function next(written: readonly string[], manager: Setting['manager']): string[] {
  return written.length === 0 ? [] : [`next: systemctl ${manager === 'user' ? '--user ' : ''}daemon-reload (ring-node units --help goes on)`];
}

function wrongUse(message: string, cause?: unknown): StartError {
  return new StartError('wrong-use', message, { cause });
}
