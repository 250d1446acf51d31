import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { converse } from '@coring/talk';
import test, { type ExecutionContext } from 'ava';
import { type Command, start } from './a-command.js';
import { aFolder, until } from './a-ring.js';

/** What each flood offers, in bytes: over few connections, of which the system itself keeps a few megabytes each. */
const OFFERED = 640 * 2 ** 20;
/** What a node may take for it beside what it had, in bytes: a part of what any of the floods offers. Connections cost it some, and garbage is found late. */
const GROWTH_MAX = 200 * 2 ** 20;
/** The same bytes again and again: they cost the test nothing. */
const MEGABYTE = Buffer.alloc(2 ** 20, 'x');
const roles = ['echo', 'hello', 'echo-http', 'codes', 'messages'] as const;

/** A node that serves everything, and what it takes of memory. */
class Flooded {
  readonly ports = new Map<string, number>();
  /** Everything that was opened. */
  readonly sockets: Socket[] = [];
  #peak = 0;

  constructor(readonly node: Command) {}

  port(role: string): number {
    return this.ports.get(role)!;
  }

  async memory(): Promise<number> {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${this.node.pid}/status`, 'utf8'))![1]) * 1024;
  }

  async dial(role: string): Promise<Socket> {
    const socket = connect({ port: this.port(role), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    this.sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** Resolves when all connections of a flood are over, or no byte of them moves any more; looks at the memory meanwhile. */
  async settled(sockets: readonly Socket[]): Promise<void> {
    for (let [still, last] = [0, -1]; still < 10 && sockets.some(({ destroyed }) => !destroyed); ) {
      this.#peak = Math.max(this.#peak, await this.memory());
      const moved = sockets.reduce((sum, { bytesWritten, writableLength, bytesRead }) => sum + bytesWritten - writableLength + bytesRead, 0);
      still = moved === last ? still + 1 : 0;
      last = moved;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The most that was seen since the last time. */
  async peak(): Promise<number> {
    const peak = Math.max(this.#peak, await this.memory());
    this.#peak = 0;
    return peak;
  }
}

async function aFlooded(t: ExecutionContext): Promise<Flooded> {
  const serve = ['echo=udp:127.0.0.1:0', ...roles.map((role) => `${role}=127.0.0.1:0`)].flatMap((one) => ['--serve', one]);
  const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--hello-keep-open', ...serve]);
  const flooded = new Flooded(node);
  for (const role of roles) flooded.ports.set(role, Number((await node.printed(new RegExp(`INFO: ${role} on 127\\.0\\.0\\.1:(\\d+)`)))[1]));
  flooded.ports.set('datagrams', Number((await node.printed(/INFO: echo on udp:127\.0\.0\.1:(\d+)/))[1]));
  flooded.ports.set('own', Number((await node.printed(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1]));
  t.teardown(() => flooded.sockets.forEach((socket) => socket.destroy()));
  return flooded;
}

interface Flood {
  readonly to: string;
  readonly connections: number;
  /** What each begins with. */
  readonly head?: string;
  /** Whether what is answered is read. */
  readonly reads: boolean;
}

/** Connections that each offer their share, as fast as it is taken. */
async function flood(flooded: Flooded, { to, connections, head = '', reads }: Flood): Promise<Socket[]> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => flooded.dial(to)));
  for (const socket of sockets) {
    if (reads) socket.resume();
    else socket.pause();
    socket.write(head);
    for (let offered = 0; offered < OFFERED / connections; offered += MEGABYTE.length) socket.write(MEGABYTE);
  }
  await flooded.settled(sockets);
  return sockets;
}

const post = (path: string, length: number): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
const chunked = 'POST /messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n';

test('E01 C04 U04 floods of every kind leave the memory of a node bounded, and the node well', async (t) => {
  t.timeout(300_000);
  const flooded = await aFlooded(t);
  const before = await flooded.memory();
  const check = async (what: string): Promise<void> => {
    const peak = await flooded.peak();
    t.log(`${what}: ${Math.round((peak - before) / 2 ** 20)} MB more than before`);
    t.true(peak - before < GROWTH_MAX, what);
  };
  const floods: readonly (Flood & { readonly what: string })[] = [
    { what: 'texts without an end', to: 'hello', connections: 100, reads: true },
    { what: 'texts without an end, from who never reads', to: 'hello', connections: 10, reads: false },
    { what: 'an echo that nobody reads', to: 'echo', connections: 10, reads: false },
    { what: 'an echo over HTTP that nobody reads', to: 'echo-http', connections: 10, reads: false, head: post('/', 2 ** 30) },
    { what: 'an echo of a node that nobody reads', to: 'own', connections: 10, reads: false, head: post('/echo', 2 ** 30) },
    { what: 'bodies too large', to: 'codes', connections: 100, reads: true, head: post('/', 2 ** 30) },
    { what: 'messages without an end', to: 'own', connections: 100, reads: true, head: chunked },
    { what: 'headers without an end', to: 'messages', connections: 100, reads: true, head: 'POST / HTTP/1.1\r\nX: ' },
  ];
  for (const one of floods) {
    const sockets = await flood(flooded, one);
    await check(one.what);
    for (const socket of sockets) socket.destroy();
  }

  // Every text has its end, and the answers to them are read by nobody.
  const texts = Buffer.concat(Array.from({ length: 16 }, () => Buffer.concat([MEGABYTE.subarray(0, 65_000), Buffer.of(0)])));
  const greeters = await Promise.all(Array.from({ length: 10 }, () => flooded.dial('hello')));
  for (const socket of greeters) for (let i = 0; i < 64; i++) socket.pause().write(texts);
  await flooded.settled(greeters);
  await check('greetings that nobody reads');

  // They say a little, and never the rest.
  const slow = await Promise.all(['hello', 'echo', 'echo-http', 'codes', 'messages', 'own'].flatMap((role) => Array.from({ length: 150 }, () => flooded.dial(role))));
  for (const socket of slow) socket.write('POST / HTT');
  await flooded.settled(slow);
  await check('nine hundred slow senders');

  const sender = createSocket('udp4');
  t.teardown(() => void sender.close());
  const datagram = MEGABYTE.subarray(0, 32_768);
  for (let sent = 0; sent < OFFERED; sent += 64 * datagram.length) {
    await Promise.all(Array.from({ length: 64 }, () => new Promise((resolve) => sender.send(datagram, flooded.port('datagrams'), '127.0.0.1', resolve))));
  }
  await check('datagrams whose echo nobody reads');

  // The slow ones are still there.
  const talk = await converse({ host: '127.0.0.1', port: flooded.port('hello'), connectMs: 20_000 });
  await talk.send('still well?');
  t.true(String(await talk.receive()).endsWith('   still well?'));
  talk.cut();
  const answer = await fetch(`http://127.0.0.1:${flooded.port('codes')}/`, { method: 'POST', body: '{"uuid": "7d3a2f0e-5b1c-4d8e-9f60-1a2b3c4d5e6f"}' });
  t.is(answer.status, 200);
  for (const socket of flooded.sockets) socket.destroy();
  await until(async () => (await flooded.memory()) - before < GROWTH_MAX, 'what was taken to be given back');
  flooded.node.signal('SIGTERM');
  t.is((await flooded.node.ended).code, 0);
});
