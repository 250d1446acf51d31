import { isIPv4, isIPv6 } from 'node:net';
import { SocketError } from './error.js';

export type SocketType = 'stream' | 'datagram';

/** Where to listen. */
export type ListenAddress = IpAddress | UnixAddress | VsockAddress;

export interface IpAddress {
  readonly family: 'ip';
  readonly type: SocketType;
  /** A name or an address, IPv6 without brackets; empty stands for all addresses of the machine, IPv6 and IPv4. */
  readonly host: string;
  readonly port: number;
  /** Only this version of IP. */
  readonly only?: 4 | 6;
}

export interface UnixAddress {
  readonly family: 'unix';
  readonly type: SocketType;
  /** Absolute, or relative to the working directory; one that begins with `@` is a name in the abstract namespace, which has no file. */
  readonly path: string;
}

export interface VsockAddress {
  readonly family: 'vsock';
  readonly type: 'stream';
  /** The context that is listened in: 1 for this machine's own, VSOCK_ANY for all. */
  readonly cid: number;
  readonly port: number;
}

export const VSOCK_ANY = 0xff_ff_ff_ff;
/** Longest path of a unix socket, in bytes. */
const PATH_BYTES_MAX = 107;

/**
 * Reads an address as people write them: `127.0.0.1:3000`, `[::]:3000`, `:3000` (all addresses), `::1` (where there is a default port),
 * `[fe80::1%eth0]:3000`, with a zone also without brackets, `localhost:3000`, `udp:…`, `tcp4:…` and the like, `unix:/path`, `unix:@abstract`, `unix-dgram:/path`, `vsock:CID:PORT`;
 * and as systemd writes them: `ListenStream=…`, `ListenDatagram=…`. @throws SocketError `bad-address`
 */
export function parseListenAddress(text: string, defaultPort?: number): ListenAddress {
  const trimmed = text.trim();
  const directive = /^(Listen\w+)=\s*(.*)$/s.exec(trimmed);
  if (directive !== null) return ofSystemd(trimmed, directive[1]!, directive[2]!);
  const scheme = /^(tcp|udp|tcp4|udp4|tcp6|udp6|unix|unix-dgram|vsock):(.*)$/s.exec(trimmed);
  if (scheme === null) return /^[/@]/.test(trimmed) ? unix(trimmed, 'stream', trimmed) : ip(trimmed, 'stream', trimmed, { defaultPort });
  const [, name, rest] = scheme as unknown as [string, string, string];
  if (name === 'vsock') return vsock(trimmed, rest);
  if (name.startsWith('unix')) return unix(trimmed, name === 'unix' ? 'stream' : 'datagram', rest);
  const only = name.endsWith('4') ? 4 : name.endsWith('6') ? 6 : undefined;
  return ip(trimmed, name.startsWith('udp') ? 'datagram' : 'stream', rest, { defaultPort, only });
}

/** The shortest text that parseListenAddress reads as the same address. */
export function formatListenAddress(address: ListenAddress): string {
  switch (address.family) {
    case 'ip': {
      const { host, port, only, type } = address;
      const scheme = only === undefined ? (type === 'stream' ? '' : 'udp:') : `${type === 'stream' ? 'tcp' : 'udp'}${only}:`;
      return `${scheme}${formatHostAndPort(host, port)}`;
    }
    case 'unix':
      return `${address.type === 'stream' ? 'unix' : 'unix-dgram'}:${address.path}`;
    case 'vsock':
      return `vsock:${address.cid === VSOCK_ANY ? '' : address.cid}:${address.port}`;
  }
}

/** `host:port`, IPv6 in brackets; an IPv4 address that a socket of both versions shows as ::ffff:a.b.c.d is written plainly. */
export function formatHostAndPort(host: string, port: number): string {
  const plain = host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIPv6(plain) ? `[${plain}]:${port}` : `${plain}:${port}`;
}

function ofSystemd(text: string, directive: string, value: string): ListenAddress {
  if (directive !== 'ListenStream' && directive !== 'ListenDatagram') throw bad(text, 'of the units, ListenStream= and ListenDatagram= are known');
  const type = directive === 'ListenStream' ? 'stream' : 'datagram';
  if (/^[/@]/.test(value)) return unix(text, type, value);
  if (!value.startsWith('vsock:')) return ip(text, type, value, {});
  if (type === 'datagram') throw bad(text, 'there are no datagrams over vsock here');
  return vsock(text, value.slice('vsock:'.length));
}

function ip(text: string, type: SocketType, rest: string, { defaultPort, only }: { readonly defaultPort?: number | undefined; readonly only?: 4 | 6 | undefined }): IpAddress {
  const { host, port } = hostAndPort(text, rest, /^\d+$/.test(rest) && rest !== text);
  if (host !== '' && !isHost(host)) throw bad(text, `${JSON.stringify(host)} is no host`);
  if ((only === 4 && isIPv6(host)) || (only === 6 && isIPv4(host))) throw bad(text, `${host} is no IPv${only} address`);
  const known = port === undefined ? defaultPort : numberUpTo(port, 65_535);
  if (known === undefined) throw bad(text, port === undefined ? `it has no port${isIPv6(host) ? `: [${host}]:PORT has one` : ''}` : `${JSON.stringify(port)} is no port`);
  if (port === undefined && !rest.startsWith('[') && isIPv6(rest) && /:\d{4}$/.test(rest)) throw bad(text, `${rest.replace(/^(.*):(\d+)$/, '[$1]:$2, or [$&],')} is one`);
  return { family: 'ip', type, host, port: known, ...(only === undefined ? {} : { only }) };
}

/** A number alone is a port where something before it says that an address of IP follows. */
function hostAndPort(text: string, rest: string, isPortAlone: boolean): { host: string; port: string | undefined } {
  if (isPortAlone) return { host: '', port: rest };
  const bracketed = /^\[([^[\]]*)\](?::(.*))?$/s.exec(rest);
  if (bracketed !== null) {
    if (!isIPv6(bracketed[1]!)) throw bad(text, `${JSON.stringify(bracketed[1])} is no IPv6 address`);
    return { host: bracketed[1]!, port: bracketed[2] };
  }
  // Of an address with a zone, what follows a colon in the zone is the port; without one, all of it is the address.
  const zoned = /^([^%]+%[^:%]+):(\d+)$/.exec(rest);
  if (zoned !== null) return { host: zoned[1]!, port: zoned[2] };
  if (isIPv6(rest)) return { host: rest, port: undefined };
  const at = rest.lastIndexOf(':');
  if (at === -1) return { host: rest, port: undefined };
  const host = rest.slice(0, at);
  return { host: host === '*' ? '' : host, port: rest.slice(at + 1) };
}

function isHost(text: string): boolean {
  return isIPv6(text) || (/^[\w-]+(\.[\w-]+)*\.?$/.test(text) && text.length <= 253 && (isIPv4(text) || !/^[\d.]+$/.test(text)));
}

function unix(text: string, type: SocketType, path: string): UnixAddress {
  if (path === '' || path === '@') throw bad(text, 'it has no path');
  if (path.includes('\0')) throw bad(text, 'the path has a NUL');
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) throw bad(text, `the path is longer than ${PATH_BYTES_MAX} bytes`);
  return { family: 'unix', type, path };
}

function vsock(text: string, rest: string): VsockAddress {
  const parts = /^([^:]*):([^:]*)$/.exec(rest);
  if (parts === null) throw bad(text, 'vsock:CID:PORT is one');
  const cid = parts[1] === '' || parts[1] === '-1' ? VSOCK_ANY : numberUpTo(parts[1]!, VSOCK_ANY);
  if (cid === undefined) throw bad(text, `${JSON.stringify(parts[1])} is no CID`);
  const port = numberUpTo(parts[2]!, VSOCK_ANY - 1);
  if (port === undefined) throw bad(text, `${JSON.stringify(parts[2])} is no port`);
  return { family: 'vsock', type: 'stream', cid, port };
}

function numberUpTo(text: string, max: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= max ? number : undefined;
}

function bad(text: string, why: string): SocketError {
  return new SocketError('bad-address', `${JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)} is no address to listen on: ${why}`);
}
