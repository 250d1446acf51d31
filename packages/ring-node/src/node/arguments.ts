import { parseArgs } from 'node:util';
import type { NodeOptions } from './options.js';
import type { ServeWish } from './serve/entrances.js';
import { type HelloFlags, roleNames, type RoleName } from './serve/roles.js';
import { StartError } from './start-error.js';

export const usage = `Usage: ring-node [-i IP -p PORT] [options]
       ring-node units [UNIT…] [--install [DIR]]    prints units for systemd, or installs them; ring-node units --help

Starts a node of a Coring ring. Without -i it founds a ring of one; with -i and -p it joins right after that node.

  -i, --ip IP              address of the peer to join after
  -p, --port PORT          port of the peer to join after
      --listen HOST:PORT   where to listen (default 127.0.0.1, port 4043 or the next free one)
      --advertise HOST:PORT what peers are told (default: the listening address)
      --data DIR           data directory (default ./coring-data/<port>)
      --copies N|all       copies of each file (default 3)
      --forget-after TIME  how long a node may be down before its copies are made elsewhere (default 10m)
      --writes weak|strong refuse writes without a majority (strong) or grade them (weak, default)
      --min-copies N       fewest durable copies with which a PUT is acknowledged (default 1)
      --secret-file FILE   the ring secret: needed beyond loopback
      --insecure           listen beyond loopback without a secret
      --capacity N         relative share of the copies, 1 to 64 (default 1)
      --zone NAME          copies are spread over zones
      --move-rate MB       megabytes a second for copies that follow the ring and for repairs (default 50)
      --scrub-every TIME   how often all copies are read to find damage, or never (default 14d)
      --reap-after TIME    how long the tombstone of a deleted file stays at least (default 1d)
      --serve ROLE=ADDRESS serve ROLE there too, again and again: echo, echo-http, hello, http (for clients only),
                           codes and messages (together);
                           ADDRESS: HOST:PORT, :PORT, udp:…, unix:PATH, unix-dgram:PATH, vsock:CID:PORT
      --messages-log FILE  the ring's log of messages as a file, too, a line each; FILE.1 to FILE.5 are older
      --hello-lines        hello answers each line, as typed into telnet or nc, instead of texts that end with NUL
      --hello-keep-open    hello answers several texts on a connection (lines: always)
      --hello-acknowledge  hello says first how many bytes have come
      --hello-read-size N  hello looks at what comes in pieces of at most N bytes; -v shows the pieces
      --backlog N          connections that may wait on a socket of --serve to be taken (default 511)
      --workers N          processes that serve the connections of echo, echo-http and hello (default: this one does)
      --inherit-as ROLE    what sockets from systemd are for whose name says no role (default http, datagrams echo)
      --idle-exit TIME     end when nobody has used the node for so long: the next connection starts it again
                           (needs the ring's port from systemd)
      --wake-every TIME    then have the ring start it after so long, for a look (default 1h)
      --wait               keep trying to join
      --start-sleep N      wait N seconds before anything else: for tests of what starts nodes
      --log pretty|json    how to log (default pretty)
  -v, --verbose            show CHECK and FORWARD messages, and the rounds of large writes
  -h, --help
      --version
`;

export type Command =
  | { readonly do: 'help' }
  | { readonly do: 'version' }
  | { readonly do: 'start'; readonly options: NodeOptions; readonly serving: Serving; readonly startSleepMs: number; readonly verbose: boolean; readonly logFormat: 'pretty' | 'json' };

/** What the program serves beside its node, on what. */
export interface Serving {
  readonly serve: readonly ServeWish[];
  readonly inheritAs?: RoleName;
  /** When to end for want of use, and when to be started again at the latest, in milliseconds. */
  readonly idle?: { readonly exitMs: number; readonly wakeEveryMs: number };
  readonly hello: HelloFlags;
  readonly backlog?: number;
  readonly workers?: number;
}

/** What the command line asks for. @throws StartError `wrong-use` */
export function readArguments(args: readonly string[]): Command {
  const values = parse(args);
  if (values.help === true) return { do: 'help' };
  if (values.version === true) return { do: 'version' };
  if ((values.ip === undefined) !== (values.port === undefined)) throw wrongUse('-i and -p name the peer together: one is missing');
  const logFormat = oneOf('--log', values.log ?? 'pretty', ['pretty', 'json'] as const);
  const options: NodeOptions = {
    ...(values.ip === undefined ? {} : { join: joinAddress(values.ip, values.port!) }),
    ...(values.listen === undefined ? {} : { listen: values.listen }),
    ...(values.advertise === undefined ? {} : { advertise: values.advertise }),
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(values.copies === undefined ? {} : { copies: values.copies === 'all' ? ('all' as const) : wholeNumber('--copies', values.copies, 1, 1000) }),
    ...(values['forget-after'] === undefined ? {} : { forgetAfterMs: duration('--forget-after', values['forget-after']) }),
    ...(values.writes === undefined ? {} : { writes: oneOf('--writes', values.writes, ['weak', 'strong'] as const) }),
    ...(values['min-copies'] === undefined ? {} : { minCopies: wholeNumber('--min-copies', values['min-copies'], 1, 1000) }),
    ...(values['secret-file'] === undefined ? {} : { secretFile: values['secret-file'] }),
    ...(values.insecure === undefined ? {} : { insecure: values.insecure }),
    ...(values.capacity === undefined ? {} : { capacity: wholeNumber('--capacity', values.capacity, 1, 64) }),
    ...(values.zone === undefined ? {} : { zone: values.zone }),
    ...(values['move-rate'] === undefined ? {} : { moveRate: wholeNumber('--move-rate', values['move-rate'], 1, 100_000) * 1_000_000 }),
    ...(values['scrub-every'] === undefined ? {} : { scrubEveryMs: values['scrub-every'] === 'never' ? Infinity : duration('--scrub-every', values['scrub-every']) }),
    ...(values['reap-after'] === undefined ? {} : { reapAfterMs: duration('--reap-after', values['reap-after']) }),
    ...(values.wait === undefined ? {} : { wait: values.wait }),
    ...(values['messages-log'] === undefined ? {} : { messagesLog: values['messages-log'] }),
  };
  const serving: Serving = {
    serve: wishesOf(values.serve ?? []),
    ...(values['inherit-as'] === undefined ? {} : { inheritAs: oneOf('--inherit-as', values['inherit-as'], roleNames) }),
    ...idleOf(values['idle-exit'], values['wake-every']),
    hello: {
      ...(values['hello-lines'] === true ? { end: 'line' as const } : {}),
      ...(values['hello-keep-open'] === true ? { keepOpen: true } : {}),
      ...(values['hello-acknowledge'] === true ? { acknowledge: true } : {}),
      ...(values['hello-read-size'] === undefined ? {} : { readBytes: wholeNumber('--hello-read-size', values['hello-read-size'], 1, 1_000_000) }),
    },
    ...(values.backlog === undefined ? {} : { backlog: wholeNumber('--backlog', values.backlog, 1, 65_535) }),
    ...(values.workers === undefined ? {} : { workers: wholeNumber('--workers', values.workers, 1, 64) }),
  };
  const startSleepMs = values['start-sleep'] === undefined ? 0 : wholeNumber('--start-sleep', values['start-sleep'], 0, 86_400) * 1000;
  return { do: 'start', options, serving, startSleepMs, verbose: values.verbose === true, logFormat };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        ip: { type: 'string', short: 'i' },
        port: { type: 'string', short: 'p' },
        listen: { type: 'string' },
        advertise: { type: 'string' },
        data: { type: 'string' },
        copies: { type: 'string' },
        'forget-after': { type: 'string' },
        writes: { type: 'string' },
        'min-copies': { type: 'string' },
        'secret-file': { type: 'string' },
        insecure: { type: 'boolean' },
        capacity: { type: 'string' },
        zone: { type: 'string' },
        'move-rate': { type: 'string' },
        'scrub-every': { type: 'string' },
        'reap-after': { type: 'string' },
        serve: { type: 'string', multiple: true },
        'hello-lines': { type: 'boolean' },
        'hello-keep-open': { type: 'boolean' },
        'hello-acknowledge': { type: 'boolean' },
        'hello-read-size': { type: 'string' },
        backlog: { type: 'string' },
        workers: { type: 'string' },
        'messages-log': { type: 'string' },
        'inherit-as': { type: 'string' },
        'idle-exit': { type: 'string' },
        'wake-every': { type: 'string' },
        wait: { type: 'boolean' },
        'start-sleep': { type: 'string' },
        log: { type: 'string' },
        verbose: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw wrongUse((cause as Error).message.split('\n')[0]!, cause);
  }
}

function idleOf(exit: string | undefined, wakeEvery: string | undefined): Pick<Serving, 'idle'> {
  if (exit === undefined && wakeEvery !== undefined) throw wrongUse('--wake-every goes with --idle-exit');
  return exit === undefined ? {} : { idle: { exitMs: duration('--idle-exit', exit), wakeEveryMs: duration('--wake-every', wakeEvery ?? '1h') } };
}

/** The two services that need each other are served together. */
function wishesOf(texts: readonly string[]): ServeWish[] {
  const wishes = texts.map(serveWish);
  const [codes, messages] = (['codes', 'messages'] as const).map((role) => wishes.some((wish) => wish.role === role));
  if (codes !== messages) throw wrongUse(`--serve ${codes === true ? 'codes' : 'messages'}=… goes with --serve ${codes === true ? 'messages' : 'codes'}=…`);
  return wishes;
}

function serveWish(text: string): ServeWish {
  const at = text.indexOf('=');
  if (at === -1) throw wrongUse(`--serve takes ROLE=ADDRESS, not '${text}'`);
  return { role: oneOf('the role of --serve', text.slice(0, at), roleNames), address: text.slice(at + 1) };
}

function joinAddress(ip: string, port: string): string {
  wholeNumber('-p', port, 1, 65_535);
  const bare = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  if (bare === '') throw wrongUse('-i is empty');
  return bare.includes(':') ? `[${bare}]:${port}` : `${bare}:${port}`;
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw wrongUse(`${flag} takes a whole number from ${min} to ${max}, not '${text}'`);
  return value;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(flag: string, text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) throw wrongUse(`${flag} takes a time such as 30s, 10m or 2h, not '${text}'`);
  return Number(match[1]) * unitMs[match[2]!]!;
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw wrongUse(`${flag} is ${allowed.join(', ').replace(/, ([^,]*)$/, ' or $1')}, not '${text}'`);
  return found;
}

function wrongUse(message: string, cause?: unknown): StartError {
  return new StartError('wrong-use', message, { cause });
}
