import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSocket, parseListenAddress } from '@coring/sockets';
import test, { type ExecutionContext, type Implementation } from 'ava';
import { type Command, startFile } from '../a-command.js';
import { aFolder, aPort } from '../a-ring.js';

const program = fileURLToPath(new URL('../../../packages/ring-node/bin/ring-node.js', import.meta.url));

/** A node that whoever opened its sockets starts with the first connection or datagram. */
export interface Activation {
  readonly node: Command;
  /** Where the sockets are, in the order in which they were asked for. */
  readonly addresses: readonly string[];
}

export interface ActivationOptions {
  /** What systemd-socket-activate is to listen on: `PORT` stands for a free one, `PATH` for one in a fresh folder. */
  readonly listen: readonly string[];
  readonly datagrams?: boolean;
  readonly names: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the node's command begins with. */
  readonly within?: readonly string[];
}

/** Opens sockets with systemd-socket-activate, which starts a node when somebody comes. */
export async function anActivation(t: ExecutionContext, { listen, datagrams = false, names, args = [], env = {}, within = [] }: ActivationOptions): Promise<Activation> {
  const folder = await aFolder(t);
  for (;;) {
    const addresses = listen.map((text, i) => text.replace('PORT', String(aPort())).replace('PATH', join(folder, `socket-${i}`)));
    const activate = ['systemd-socket-activate', ...(datagrams ? ['--datagram'] : []), ...addresses.map((address) => `--listen=${address}`), `--fdname=${names.join(':')}`, ...Object.entries(env).map(([name, value]) => `--setenv=${name}=${value}`)];
    const own = args.includes('--data') ? [] : ['--data', join(folder, 'data')];
    // It says what it does on standard error.
    const node = startFile(t, 'sh', ['-c', 'exec "$@" 2>&1', 'sh', ...activate, ...within, process.execPath, program, ...own, ...args]);
    try {
      for (let i = 0; i < listen.length; i++) await node.printed(new RegExp(`Listening on .* as ${3 + i}\\.`));
      return { node, addresses };
    } catch (error) {
      if (!node.stdout.includes('in use')) throw error;
    }
  }
}

/** What socat gives back for what it sends to that address, to the end of it or as many bytes as it has sent. */
export function socat(address: string, bytes: Buffer): Promise<Buffer> {
  const child = spawn('socat', ['-b', '65536', '-t', '60', '-', address], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined).end(bytes);
  const parts: Buffer[] = [];
  let received = 0;
  return new Promise((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part);
      received += part.length;
      if (received >= bytes.length) child.kill();
    });
    child.once('close', () => resolve(Buffer.concat(parts)));
  });
}

/** The reply to a datagram over IP. */
export async function udpReply(address: string, bytes: Buffer): Promise<Buffer> {
  const at = address.lastIndexOf(':');
  const socket = createSocket(address.startsWith('[') ? 'udp6' : 'udp4');
  socket.send(bytes, Number(address.slice(at + 1)), address.slice(0, at).replace(/^\[|\]$/g, ''));
  const [reply] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return reply;
}

/** A name in the abstract namespace that nobody has. */
export function abstractName(): string {
  return `@coring-test-${randomBytes(8).toString('hex')}`;
}

/** A test that takes these programs, and maybe `root` or the `addon` for sockets: without one it is skipped, and says so. */
export function testWith(needed: readonly string[], title: string, implementation: Implementation<[]>): void {
  const missing = needed.find((name) => !isThere(name));
  if (missing === undefined) test(title, implementation);
  else test.skip(`${title} (not tried: there is no ${missing})`, implementation);
}

const hasAddon = await openSocket(parseListenAddress(`unix-dgram:${abstractName()}`)).then(
  async (socket) => (await socket.close(), true),
  () => false,
);

function isThere(name: string): boolean {
  if (name === 'addon') return hasAddon;
  return name === 'root' ? process.getuid?.() === 0 : spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}
