import { BlockList, isIP, isIPv6 } from 'node:net';
import { StartError } from './start-error.js';

/** Where a node listens or is reached. */
export interface Address {
  /** A name or an IP address; IPv6 without brackets. Empty stands for all addresses of the machine. */
  readonly host: string;
  /** 0 to 65535; absent where the text leaves it out. */
  readonly port?: number;
}

/**
 * Reads an address as people write it: `host:port`, `host:`, `[::1]:4043`, `:4043`, `fe80::1%eth0:4043`, and an IPv6 address without a port, with brackets
 * or without: `[::1]`, `::1`. @throws StartError with code `wrong-use`
 */
export function parseAddress(text: string): Address {
  const address = readAddress(text) ?? readAddress(withBrackets(text));
  if (address !== undefined) return address;
  const one = isIPv6(text) ? text.replace(/^(.*):(\d+)$/, '[$1]:$2, or [$&],') : 'HOST:PORT';
  throw new StartError('wrong-use', `${JSON.stringify(text.slice(0, 80))} is no address: ${one} is one`);
}

/** An IPv6 address in brackets, which has none, or lacks a port after them; other texts as they are, and those whose last part may be meant for a port. */
function withBrackets(text: string): string {
  const zoned = /^([^%[\]]+%[^:%[\]]+)(:\d+)?$/.exec(text);
  if (zoned !== null) return `[${zoned[1]}]${zoned[2] ?? ':'}`;
  if (/^\[[^[\]]+\]$/.test(text)) return `${text}:`;
  return isIPv6(text) && !text.includes('%') && !mayEndWithPort(text) ? `[${text}]:` : text;
}

/** Reads an address as programs write it: `host:port` or `host:`, IPv6 in brackets; undefined where the text is none. */
export function readAddress(text: string): Address | undefined {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]]*)):(\d{0,5})$/.exec(text);
  if (match === null) return undefined;
  const host = match[1] ?? match[2]!;
  if (match[1] === undefined ? !/^[\w.-]{0,253}$/.test(host) : !isIPv6(host)) return undefined;
  if (match[3] === '') return { host };
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host, port };
}

/** Whether the last part of a bare IPv6 address looks like a port: `::1:4043` may mean two things. */
function mayEndWithPort(text: string): boolean {
  return /:\d{4}$/.test(text);
}

/** The text that readAddress reads: IPv6 hosts in brackets. */
export function formatAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether a host can only be this machine: all of 127.0.0.0/8, ::1, both in their mapped forms, and `localhost`. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isIn(loopback, host);
}

/** Whether listening there means listening on every address, so that the host tells nobody where to dial. */
export function isUnspecified(host: string): boolean {
  return host === '' || isIn(unspecified, host);
}

/** An IPv4 address that a dual-stack socket shows as ::ffff:a.b.c.d, written plainly; other hosts as they are. */
export function plainHost(host: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  return mapped === null ? host : mapped[1]!;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const unspecified = new BlockList();
unspecified.addAddress('0.0.0.0', 'ipv4');
unspecified.addAddress('::', 'ipv6');

function isIn(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
