import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Carrier, Datagram } from './datagram-socket.js';
import { formatHostAndPort, type IpAddress } from './listen-address.js';

/** Bytes of replies that may wait for the network: beyond that they are dropped, as the network would. */
const UNSENT_BYTES_MAX = 4 * 2 ** 20;
/** Datagrams that may wait until somebody serves them. */
const WAITING_MAX = 256;

/** Opens a socket for UDP. @throws the error of the system */
export async function openUdp({ host, port, only }: IpAddress): Promise<Carrier> {
  if (only === undefined && host === '') {
    try {
      return await bound(createSocket('udp6'), { address: '::', port });
    } catch (error) {
      if (!isWithoutIPv6(error)) throw error;
      return { ...(await bound(createSocket('udp4'), { address: '0.0.0.0', port })), remark: 'this machine has no IPv6: it is of IPv4 alone' };
    }
  }
  const isVersion6 = only === 6 || (only === undefined && isIPv6(host));
  const socket = createSocket({ type: isVersion6 ? 'udp6' : 'udp4', ipv6Only: only === 6 });
  return bound(socket, { address: host === '' ? (isVersion6 ? '::' : '0.0.0.0') : host, port });
}

/** Takes an open socket for UDP of that version of IP. @throws the error of the system */
export function takeUdp(fd: number, version: 4 | 6): Promise<Carrier> {
  return bound(createSocket(`udp${version}`), { fd });
}

/** Whether the error says that there is no IPv6 here. */
export function isWithoutIPv6(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL' || code === 'EINVAL';
}

async function bound(socket: Socket, where: { readonly address: string; readonly port: number } | { readonly fd: number }): Promise<Carrier> {
  let hear = (message: Buffer, from: RemoteInfo): void => void (waiting.length < WAITING_MAX && waiting.push([message, from]));
  const waiting: [Buffer, RemoteInfo][] = [];
  socket.on('message', (message, from) => hear(message, from));
  try {
    // A descriptor is bound before the call returns.
    const listening = once(socket, 'listening');
    socket.bind(where);
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  const { address, port } = socket.address();
  return {
    address: `udp:${formatHostAndPort(address, port)}`,
    begin: (onDatagram, onProblem) => {
      socket.on('error', (error) => onProblem(error.message));
      hear = (message, from) => onDatagram(datagramOf(socket, port, message, from));
      for (const [message, from] of waiting.splice(0)) hear(message, from);
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function datagramOf(socket: Socket, ownPort: number, bytes: Buffer, from: RemoteInfo): Datagram {
  const peer = formatHostAndPort(from.address, from.port);
  // Senders' addresses are easily forged: two of these would answer each other for ever, or one itself.
  if (from.port === ownPort || from.port === 0) return { bytes, peer, noReply: 'it came from a port like this one' };
  return {
    bytes,
    peer,
    reply: (answer, onFailed) => {
      if (socket.getSendQueueSize() > UNSENT_BYTES_MAX) return onFailed(new Error('too many replies wait'));
      socket.send(answer, from.port, from.address, (error) => {
        if (error !== null) onFailed(error);
      });
    },
  };
}
