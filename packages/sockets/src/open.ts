import type { AddressInfo, Socket } from 'node:net';
import { DatagramSocket } from './datagram-socket.js';
import { SocketError } from './error.js';
import { formatHostAndPort, formatListenAddress, type IpAddress, type ListenAddress, type UnixAddress, type VsockAddress } from './listen-address.js';
import { native, type Native, whyNoNative } from './native.js';
import type { OpenSocket } from './socket.js';
import { sockaddr } from './socket-name.js';
import { BACKLOG, listening, newServer, StreamSocket } from './stream-socket.js';
import { isWithoutIPv6, openUdp } from './udp.js';
import { UnixDatagrams } from './unix-datagrams.js';
import { removeStale, socketFile } from './unix-file.js';
import { listenOnHandle, openVsock, vsockPeer } from './vsock.js';

/** Opens a socket that listens there; `backlog`: how many connections may wait to be taken. @throws SocketError `in-use`, `cannot-listen`, `not-supported` */
export async function openSocket(address: ListenAddress, backlog = BACKLOG): Promise<OpenSocket> {
  try {
    if (address.family === 'vsock') return await vsock(address, backlog);
    if (address.family === 'ip') return address.type === 'stream' ? await tcp(address, backlog) : new DatagramSocket(await openUdp(address));
    return await whereNobodyIs(address, () => (address.type === 'stream' ? unixStream(address, backlog) : unixDatagrams(address)));
  } catch (cause) {
    if (cause instanceof SocketError) throw cause;
    const where = formatListenAddress(address);
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new SocketError('in-use', `${where} is in use by another program`, { cause });
    throw new SocketError('cannot-listen', `cannot listen on ${where}: ${(cause as Error).message}`, { cause });
  }
}

/** Who is at the other end of a TCP connection. */
export function tcpPeer({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? 'somebody who is gone' : formatHostAndPort(remoteAddress, remotePort ?? 0);
}

export function unixPeer(): string {
  return 'a process on this machine';
}

async function tcp({ host, port, only }: IpAddress, backlog: number): Promise<OpenSocket> {
  const begun = newServer();
  const isEverywhere = host === '' && only === undefined;
  const where = host === '' ? (only === 4 ? '0.0.0.0' : '::') : host;
  try {
    await listening(begun, (server) => server.listen({ host: where, port, ipv6Only: only === 6, backlog }));
    return tcpSocket(begun);
  } catch (error) {
    if (!isEverywhere || !isWithoutIPv6(error)) throw error;
    const server = newServer();
    await listening(server, (server) => server.listen({ host: '0.0.0.0', port, backlog }));
    return tcpSocket(server, 'this machine has no IPv6: it is of IPv4 alone');
  }

  function tcpSocket(server: ReturnType<typeof newServer>, remark?: string): OpenSocket {
    const bound = server.address() as AddressInfo;
    return new StreamSocket({ server, address: formatHostAndPort(bound.address, bound.port), peerOf: tcpPeer, ...(remark === undefined ? {} : { remark }) });
  }
}

async function unixStream(address: UnixAddress, backlog: number): Promise<OpenSocket> {
  const server = newServer();
  const { path } = address;
  await listening(server, (server) => server.listen({ path: path.startsWith('@') ? `\0${path.slice(1)}` : path, backlog }));
  // Its file goes with it: Node sees to that.
  return new StreamSocket({ server, address: formatListenAddress(address), peerOf: unixPeer });
}

async function unixDatagrams(address: UnixAddress): Promise<OpenSocket> {
  const calls = needNative('datagrams of unix sockets');
  const fd = calls.open(calls.AF_UNIX, calls.SOCK_DGRAM);
  try {
    calls.bind(fd, sockaddr(calls, address));
  } catch (error) {
    calls.close(fd);
    throw error;
  }
  const file = address.path.startsWith('@') ? undefined : await socketFile(address.path);
  return new DatagramSocket(new UnixDatagrams(calls, fd, file));
}

async function vsock(address: VsockAddress, backlog: number): Promise<OpenSocket> {
  const calls = needNative('vsock');
  const server = newServer();
  await listenOnHandle(server, openVsock(calls, address, backlog), backlog);
  return new StreamSocket({ server, address: formatListenAddress(address), peerOf: (socket) => vsockPeer(calls, socket) });
}

/** Opens a unix socket, where a file of one that is no more is in the way, after removing that. */
async function whereNobodyIs(address: UnixAddress, open: () => Promise<OpenSocket>): Promise<OpenSocket> {
  try {
    return await open();
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' && !address.path.startsWith('@');
    if (!isTaken || !(await removeStale(address, native()))) throw error;
    return open();
  }
}

function needNative(what: string): Native {
  const calls = native();
  if (calls === undefined) throw new SocketError('not-supported', `${what} cannot be had: ${whyNoNative()}`);
  return calls;
}
