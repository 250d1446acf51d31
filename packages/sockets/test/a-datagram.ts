import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { native } from '../src/native.js';
import { sockaddr } from '../src/socket-name.js';
import type { OpenSocket } from '../src/index.js';

/** Sends datagrams to a socket for UDP from one port, and hears the replies. */
export async function aUdpClient(t: ExecutionContext, { address }: OpenSocket): Promise<{ ask(bytes: Buffer): Promise<Buffer>; readonly socket: Socket }> {
  const [, host, port] = /^udp:\[?([^\]]+?)\]?:(\d+)$/.exec(address)!;
  const to = host === '::' ? '::1' : host!;
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
  t.teardown(() => void socket.close());
  // Loopback has room for a few large ones only where the system is asked for it.
  socket.connect(Number(port), to);
  await once(socket, 'connect');
  return {
    socket,
    ask: async (bytes) => {
      const reply = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(bytes);
      return (await reply)[0];
    },
  };
}

/** A unix socket for datagrams, bound to the path, or nameless without one. Takes the addon. */
export class UnixClient {
  readonly #calls = native()!;
  readonly fd = this.#calls.open(this.#calls.AF_UNIX, this.#calls.SOCK_DGRAM);

  constructor(t: ExecutionContext, path?: string) {
    if (path !== undefined) this.#calls.bind(this.fd, this.#at(path));
    t.teardown(() => this.#calls.close(this.fd));
  }

  /** False where the receiver has no room now. */
  send(bytes: Buffer, path: string): boolean {
    return this.#calls.send(this.fd, bytes, this.#at(path));
  }

  /** The next datagram, looked for again and again. */
  async received(): Promise<Buffer> {
    for (let i = 0; i < 2_000; i++) {
      const received = this.#calls.receive(this.fd);
      if (received !== undefined) return received.bytes;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('nothing was received');
  }

  #at(path: string): Buffer {
    return sockaddr(this.#calls, { family: 'unix', type: 'datagram', path });
  }
}
