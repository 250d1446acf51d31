import { networkInterfaces } from 'node:os';
import { native } from './native.js';

/** What sockets can be had here. */
export interface Abilities {
  /** The addon is there: unix datagrams, and notes to systemd. */
  readonly addon: boolean;
  /** The machine has IPv6. */
  readonly ipv6: boolean;
  /** The kernel has vsock, and the addon is there that it takes. */
  readonly vsock: boolean;
}

export function abilities(): Abilities {
  return { addon: native() !== undefined, ipv6: Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6')), vsock: hasVsock() };
}

function hasVsock(): boolean {
  const calls = native();
  if (calls === undefined) return false;
  try {
    calls.close(calls.open(calls.AF_VSOCK, calls.SOCK_STREAM));
    return true;
  } catch {
    return false;
  }
}
