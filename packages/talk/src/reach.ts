import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { checkInterrupted, TalkError } from './talk-error.js';

export interface ReachOptions {
  /** A name, or an address of either family; `fe80::1%eth0` and `[::1]` too. */
  readonly host: string;
  readonly port: number;
  /** For all addresses and tries together, in milliseconds. Default: for as long as the system tries. */
  readonly connectMs?: number;
  /** Tries again until the time is over, or returns with what the first try of every address came to. */
  readonly retry?: boolean;
  readonly signal?: AbortSignal;
  /** Hears of each address before it is tried. */
  readonly onTry?: (address: string) => void;
}

/** Between two tries of all addresses, in milliseconds. */
const AGAIN_MS = 200;

/**
 * A connection to one of the addresses that the host has, tried in turn.
 * @throws TalkError `name-not-found`; `unreachable` where all addresses refused; `connect-timeout`; `interrupted`
 */
export async function reach({ host, port, connectMs = Infinity, retry = false, signal, onTry }: ReachOptions): Promise<Socket> {
  const endMs = performance.now() + connectMs;
  for (;;) {
    checkInterrupted(signal);
    const found = await addressesOf(host).catch((error: TalkError) => error);
    const refusals: string[] = [];
    if (found instanceof TalkError) {
      if (!retry) throw found;
      refusals.push(found.message);
    } else {
      for (const [i, address] of found.entries()) {
        onTry?.(address);
        // One that never answers leaves time for those after it.
        const shareMs = (endMs - performance.now()) / (found.length - i);
        try {
          return await connected(address, port, Math.max(1, shareMs), signal);
        } catch (error) {
          checkInterrupted(signal);
          refusals.push(`${address}: ${(error as Error).message}`);
        }
      }
    }
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) throw new TalkError('connect-timeout', `no connection to ${host} within ${connectMs / 1000} s (${refusals.join('; ')})`);
    if (!retry) throw new TalkError('unreachable', `${host} cannot be reached: ${refusals.join('; ')}`);
    await wait(Math.min(AGAIN_MS, leftMs), undefined, signal === undefined ? {} : { signal }).catch(() => checkInterrupted(signal));
  }
}

async function addressesOf(host: string): Promise<string[]> {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  try {
    return (await lookup(bare, { all: true, order: 'verbatim' })).map(({ address }) => address);
  } catch (cause) {
    throw new TalkError('name-not-found', `no address is known for ${host}`, { cause });
  }
}

function connected(host: string, port: number, withinMs: number, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('connect', settle).off('error', settle);
      if (error === undefined) return resolve(socket);
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => settle(new Error('interrupted'));
    const timer = withinMs === Infinity ? undefined : setTimeout(() => settle(new Error('timed out')), withinMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => settle()).once('error', settle);
  });
}
