import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface Relay {
  readonly address: string;
  /** Resets every connection that goes through. */
  cut(): void;
  /** Lets nothing more through on the connections there are, and does not say so. New ones are relayed. */
  swallow(): void;
}

/** A relay on loopback in front of a port, through which the bytes of each direction may be changed. Closed after the test. */
export async function aRelay(
  t: ExecutionContext,
  port: number,
  { toServer = same, toClient = same }: { toServer?: (bytes: Buffer, at: number) => Buffer; toClient?: (bytes: Buffer, at: number) => Buffer } = {},
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    pass(client, onward, toServer);
    pass(onward, client, toClient);
    for (const socket of [client, onward]) sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(() => {
    cut();
    server.close();
  });
  const swallow = (): void => {
    for (const socket of sockets) socket.removeAllListeners('data').removeAllListeners('end').resume();
  };
  return { address: `127.0.0.1:${(server.address() as { port: number }).port}`, cut, swallow };
}

function pass(from: Socket, to: Socket, change: (bytes: Buffer, at: number) => Buffer): void {
  let passed = 0;
  from.on('data', (bytes: Buffer) => {
    if (!to.write(change(bytes, passed))) {
      from.pause();
      to.once('drain', () => from.resume());
    }
    passed += bytes.length;
  });
  from.on('end', () => to.end()).on('close', () => to.destroy());
}

/** Changes one bit of the byte at that place in the stream. */
export function flipAt(place: number): (bytes: Buffer, at: number) => Buffer {
  return (bytes, at) => {
    if (place < at || place >= at + bytes.length) return bytes;
    const changed = Buffer.from(bytes);
    changed[place - at]! ^= 1;
    return changed;
  };
}

const same = (bytes: Buffer): Buffer => bytes;
