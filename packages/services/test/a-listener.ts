import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Service } from '../src/index.js';

/** Connections to a service, over loopback, until the test ends. */
export interface Listener {
  readonly port: number;
  /** A new connection, of which either side may be closed alone. */
  connect(): Promise<Socket>;
}

export async function aListener(t: ExecutionContext, { stream }: Service): Promise<Listener> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => open.add(socket) && socket.once('close', () => open.delete(socket)).on('error', () => undefined);
  const server = createServer({ allowHalfOpen: true }, (socket) => stream!(keep(socket), `127.0.0.1:${socket.remotePort}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connect: async () => {
      const socket = keep(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** All that still comes, until the other side has finished. */
export async function rest(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
