import { connect, type Server, type Socket } from 'node:net';
import type { VsockAddress } from './listen-address.js';
import type { Native } from './native.js';
import { sockaddr, textOfSockaddr } from './socket-name.js';
import { BACKLOG, listening } from './stream-socket.js';

/** The kind of TCP handle that listens, as its constructor wants it. */
const SERVER = 1;

/** What lies below a net.Socket or net.Server of TCP. */
interface Handle {
  readonly fd: number;
  /** Gives 0, or the negative number of an error. */
  open(fd: number): number;
}

/** A new listening socket; gives its descriptor. @throws the error of the system */
export function openVsock(native: Native, address: VsockAddress, backlog: number): number {
  const fd = native.open(native.AF_VSOCK, native.SOCK_STREAM);
  try {
    native.bind(fd, sockaddr(native, address));
    native.listen(fd, backlog);
    return fd;
  } catch (error) {
    native.close(fd);
    throw error;
  }
}

/**
 * Lets a server listen on an open listening socket of a family that `listen({fd})` refuses, though nothing in it is peculiar to a family: the
 * descriptor is put on a handle of TCP, and the server is given that. @throws the error of the system
 */
export function listenOnHandle(server: Server, fd: number, backlog = BACKLOG): Promise<void> {
  // A handle's class is reached through a socket that has one: this one goes before it would dial.
  const socket = connect({ host: '127.0.0.1', port: 9 });
  const Tcp = handleOf(socket).constructor as new (kind: number) => Handle;
  socket.destroy();
  const handle = new Tcp(SERVER);
  const failed = handle.open(fd);
  if (failed !== 0) return Promise.reject(new Error(`the handle does not take it (error ${-failed})`));
  return listening(server, (server) => server.listen(handle, backlog));
}

/** Who is at the other end: Node knows it of IP alone. */
export function vsockPeer(native: Native, socket: Socket): string {
  try {
    return textOfSockaddr(native, native.name(handleOf(socket).fd, 1), 'stream') ?? 'vsock';
  } catch {
    // It is gone already.
    return 'vsock';
  }
}

function handleOf(socket: Socket): Handle {
  return (socket as unknown as { readonly _handle: Handle })['_handle'];
}
