import type { AddressInfo } from 'node:net';
import { DatagramSocket } from './datagram-socket.js';
import { SocketError } from './error.js';
import { formatHostAndPort } from './listen-address.js';
import { tcpPeer, unixPeer } from './open.js';
import { native, type Native, whyNoNative } from './native.js';
import type { OpenSocket } from './socket.js';
import { textOfSockaddr } from './socket-name.js';
import { listening, newServer, StreamSocket } from './stream-socket.js';
import { takeUdp } from './udp.js';
import { UnixDatagrams } from './unix-datagrams.js';
import { listenOnHandle, vsockPeer } from './vsock.js';

/** Takes an open socket over, whatever its family. @throws SocketError `not-supported` where it is not one to serve on, or the addon is missing that it needs */
export async function takeSocket(fd: number): Promise<OpenSocket> {
  const calls = native();
  try {
    return calls === undefined ? await tryEach(fd) : await byKind(calls, fd);
  } catch (cause) {
    if (cause instanceof SocketError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOTSOCK' ? 'it is no socket' : (cause as Error).message;
    throw new SocketError('not-supported', reason, { cause });
  }
}

async function byKind(calls: Native, fd: number): Promise<OpenSocket> {
  const { family, type, isListening } = calls.kind(fd);
  if (type === calls.SOCK_DGRAM) {
    if (family === calls.AF_INET || family === calls.AF_INET6) return new DatagramSocket(await takeUdp(fd, family === calls.AF_INET ? 4 : 6));
    if (family === calls.AF_UNIX) return new DatagramSocket(new UnixDatagrams(calls, fd));
  }
  if (type === calls.SOCK_STREAM) {
    if (!isListening) throw new SocketError('not-supported', 'it is a connection, not a socket that listens (a unit with Accept=yes hands these over)');
    const address = (): string | undefined => textOfSockaddr(calls, calls.name(fd, 0), 'stream');
    if (family === calls.AF_INET || family === calls.AF_INET6) return streamOf(fd);
    if (family === calls.AF_UNIX) return streamOf(fd, address());
    if (family === calls.AF_VSOCK) {
      const server = newServer();
      await listenOnHandle(server, fd);
      return new StreamSocket({ server, address: address() ?? 'vsock', peerOf: (socket) => vsockPeer(calls, socket) });
    }
  }
  throw new SocketError('not-supported', `nothing is served on sockets of its family and type (${family}, ${type})`);
}

/** Without the addon nobody says what a descriptor is: those of the kinds that Node takes are found by trying. */
async function tryEach(fd: number): Promise<OpenSocket> {
  try {
    return await streamOf(fd);
  } catch {
    // It is no TCP socket and no unix stream socket.
  }
  const missing = new SocketError('not-supported', `neither TCP nor UDP over IPv4 nor a stream socket of unix, and ${whyNoNative()}`);
  const carrier = await takeUdp(fd, 4).catch(() => {
    throw missing;
  });
  if (!carrier.address.startsWith('udp:[')) return new DatagramSocket(carrier);
  // Node replies to senders of the version that it was told beforehand.
  await carrier.close();
  throw missing;
}

async function streamOf(fd: number, unixAddress = 'unix'): Promise<OpenSocket> {
  const server = newServer();
  await listening(server, (server) => server.listen({ fd }));
  const bound = server.address() as AddressInfo | null;
  if (bound === null) return new StreamSocket({ server, address: unixAddress, peerOf: unixPeer });
  return new StreamSocket({ server, address: formatHostAndPort(bound.address, bound.port), peerOf: tcpPeer });
}
