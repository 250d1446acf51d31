import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { TalkError } from '../src/index.js';

/** A server of one's own making, over loopback. */
export async function aTalker(t: ExecutionContext, serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<{ host: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    t.teardown(() => void socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.teardown(() => void server.close());
  return { host, port: (server.address() as AddressInfo).port };
}

/** A port on which nobody listens, and on which nobody will who takes any that is free. */
export async function aDeadPort(): Promise<number> {
  for (;;) {
    const port = 30_000 + Math.floor(Math.random() * 2_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** The name of what came of it. */
export async function codeOf(what: Promise<unknown>): Promise<string> {
  return what.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof TalkError ? error.code : String(error)),
  );
}
