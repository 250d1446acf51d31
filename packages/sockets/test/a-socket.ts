import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext, type Implementation } from 'ava';
import { openSocket, type OpenSocket, parseListenAddress, type ServeOptions, type Service, type SocketLog } from '../src/index.js';
import { native, whyNoNative } from '../src/native.js';

export const echo: Service = { stream: (connection) => void connection.pipe(connection), datagram: (message) => message };

/** A log that keeps its lines. */
export function aLog(): SocketLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const say = (level: string) => (_: object, line: string) => void lines.push(`${level}: ${line}`);
  return { lines, debug: say('debug'), info: say('info'), warn: say('warn') };
}

/** A socket that is open, serves, and is closed with the test. */
export async function aSocket(t: ExecutionContext, address: string, service: Service = echo, options: Partial<ServeOptions> = {}): Promise<OpenSocket> {
  return serving(t, await openSocket(parseListenAddress(address)), service, options);
}

export function serving(t: ExecutionContext, socket: OpenSocket, service: Service = echo, options: Partial<ServeOptions> = {}): OpenSocket {
  socket.serve(service, { name: 'the socket', log: aLog(), ...options });
  t.teardown(async () => {
    await socket.close();
    socket.cut();
  });
  return socket;
}

/** What `net.connect` needs to reach a listening socket. */
export function wayTo({ address }: OpenSocket): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length).replace(/^@/, '\0') };
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1').replace(/^::$/, '::1'), port: Number(address.slice(at + 1)) };
}

/** Sends the bytes, ends its own direction, and reads to the end. */
export function asked(to: NetConnectOpts, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket: Socket = connect({ ...to, allowHalfOpen: true });
    socket.on('data', (part) => parts.push(part)).once('end', () => resolve(Buffer.concat(parts))).once('error', reject);
    socket.end(bytes);
  });
}

/** A fresh folder that goes with the test. */
export async function aFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-sockets-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A test of what takes the addon: where that was not built it is skipped, and says why. */
export function addonTest(title: string, implementation: Implementation<[]>): void {
  if (native() !== undefined) test(title, implementation);
  else test.skip(`${title} (not tried: ${whyNoNative()})`, implementation);
}
