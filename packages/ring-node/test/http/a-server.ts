import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { HttpOptions } from '../../src/http/http-options.js';
import { createWebFace, type WebFace } from '../../src/http/web-face.js';
import { FakeNode } from './a-fake-node.js';

export interface AServer {
  readonly node: FakeNode;
  readonly server: WebFace;
  readonly port: number;
  readonly url: string;
}

/** A real HTTP server on a free port, in front of a fake node; gone after the test. */
export async function aServer(t: ExecutionContext, options: Partial<HttpOptions> = {}, nodeId?: string): Promise<AServer> {
  const node = new FakeNode(nodeId);
  const server = createWebFace(node, options);
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => server.accept(socket)).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.teardown(async () => {
    listener.close();
    await server.closeGracefully(0);
  });
  const { port } = listener.address() as AddressInfo;
  return { node, server, port, url: `http://127.0.0.1:${port}` };
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are and reads until the server closes the connection. `end` closes our half once they are sent. */
export async function raw(port: number, bytes: string | Buffer, { end = false } = {}): Promise<RawAnswer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  if (end) socket.end(bytes);
  else socket.write(bytes);
  await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  socket.destroy();
  const text = Buffer.concat(chunks).toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), head: text.slice(0, split), body: text.slice(split + 4) };
}

/** Sends the request of these lines, without a body, and closes after the answer. */
export function rawRequest(port: number, ...lines: string[]): Promise<RawAnswer> {
  return raw(port, [...lines, 'Host: localhost', 'Connection: close', '', ''].join('\r\n'));
}

/** The stable code in an error's body. */
export function codeOf(body: string): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code;
}

/** Resolves once the condition holds: looked at again at each turn of the event loop, for at most twenty seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const endMs = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
