import { randomBytes } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { createLinks } from '../../src/node/links/create-links.js';
import type { LinkOptions, Links } from '../../src/node/links/links.js';
import { noLog } from '../../src/node/log.js';
import { openPort, type Port } from '../../src/node/port.js';
import { Traffic } from '../../src/node/traffic.js';

export interface Arrived {
  readonly message: Message;
  readonly seenAddress: string;
}

/** One end of links, listening on loopback, with all that it was told. */
export interface End {
  readonly nodeId: string;
  readonly address: string;
  readonly links: Links;
  readonly port: Port;
  readonly arrived: Arrived[];
  readonly unsent: { readonly id: string; readonly to: string | undefined }[];
  readonly refused: { readonly address: string; readonly code: string; readonly message: string }[];
  /** Sockets of peers that were accepted. */
  readonly accepted: Socket[];
  close(): Promise<void>;
}

export type EndOptions = Partial<Pick<LinkOptions, 'secret' | 'serve' | 'limits'>> & {
  readonly nodeId?: string;
  readonly incarnation?: number;
  readonly boot?: string;
  readonly ringId?: string;
  readonly port?: number;
  readonly httpServer?: HttpServer;
  readonly onAccept?: (socket: Socket) => void;
};

/** A machine that is busy with other tests must not be taken for a peer that is gone. */
const patient = { handshakeMs: 30_000, connectMs: 30_000, stallMs: 30_000, silentMs: 30_000 };

/** Opens an end; it is closed after the test. */
export async function anEnd(t: ExecutionContext, options: EndOptions = {}): Promise<End> {
  const { nodeId = randomId(), incarnation = 1, boot = randomBytes(6).toString('hex'), ringId, secret, serve, limits, onAccept } = options;
  const [arrived, unsent, refused, accepted]: [Arrived[], End['unsent'], End['refused'], Socket[]] = [[], [], [], []];
  const port = await openPort({
    host: '127.0.0.1',
    ports: [options.port ?? 0],
    onHttp: handTo(options.httpServer ?? createServer()),
    onPeer: (socket) => {
      accepted.push(socket);
      onAccept?.(socket);
      links.accept(socket);
    },
  });
  const links = createLinks({
    traffic: new Traffic(),
    self: () => ({ nodeId, incarnation, boot, address: port.address, features: [], ...(ringId === undefined ? {} : { ringId }) }),
    ...(secret === undefined ? {} : { secret }),
    limits: { ...patient, ...limits },
    serve: serve ?? (async () => undefined),
    onMessage: (message, seenAddress) => arrived.push({ message, seenAddress }),
    onUnsent: (id, to) => (unsent as { id: string; to: string | undefined }[]).push({ id, to }),
    onRefused: (address, code, message) => (refused as { address: string; code: string; message: string }[]).push({ address, code, message }),
    log: noLog(),
  });
  const close = async (): Promise<void> => {
    await links.close();
    await port.close();
  };
  t.teardown(close);
  return { nodeId, address: port.address, links, port, arrived, unsent, refused, accepted, close };
}

let messages = 0;

/** A small message from one end to another, or to whoever is there. */
export function aPing(from: string, to?: string): Message {
  return {
    type: 'PING',
    v: 1,
    id: `m${messages++}`,
    from,
    incarnation: 1,
    ...(to === undefined ? {} : { to }),
    clock: 0,
    rosterDigest: '0'.repeat(16),
    epoch: 0,
    news: [],
    accusations: [],
  };
}

/** Waits for a condition, at most 20 s. */
export async function until(isSo: () => boolean, what = 'the condition'): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error(`${what} did not come true within 20 s`);
    await delay(2);
  }
}

export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** Of two fresh nodeIds the lower and the higher. */
export function twoIds(): [lower: string, higher: string] {
  return [randomId(), randomId()].toSorted() as [string, string];
}

/** Below the ports that the system hands out by itself: what was closed can be opened again, nobody takes it in between. */
export function aPortToComeBackTo(): number {
  return 20_000 + Math.floor(Math.random() * 10_000);
}

/** Hands sockets to a server that does not listen itself. */
export function handTo(server: HttpServer): (socket: Socket) => void {
  return (socket) => {
    server.emit('connection', socket);
    socket.resume();
  };
}
