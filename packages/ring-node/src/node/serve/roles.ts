import type { Socket } from 'node:net';
import { HELLO_PORT } from '@coring/protocol';
import type { HelloOptions, ServiceLog } from '@coring/services';
import type { Service, SocketType } from '@coring/sockets';
import type { Later } from './later.js';

/** Takes a connection, paused, to its end. */
export type Take = (socket: Socket) => void;

/** How the greeting is served. */
export type HelloFlags = Partial<Pick<HelloOptions, 'end' | 'keepOpen' | 'acknowledge' | 'readBytes'>>;

export interface RoleSurroundings {
  readonly log: ServiceLog;
  readonly hello: HelloFlags;
  /** Who takes connections of clients: until the node serves them they wait. */
  readonly http: Later<Take>;
  /** Who takes those of peers and of clients, told apart by their first bytes. */
  readonly ring: Later<Take>;
  /** Who takes those that are for unique codes, and for messages, alone. */
  readonly codes: Later<Take>;
  readonly messages: Later<Take>;
}

interface Role {
  /** What the names of inherited sockets for it begin with. */
  readonly names: readonly string[];
  readonly takes: readonly SocketType[];
  /** Where an address that is given for it has no port. */
  readonly port?: number;
  readonly create: (surroundings: RoleSurroundings) => Promise<Service>;
}

/** What a socket can be for. Services are loaded when there is a socket for them. */
export const roles = {
  ring: { names: ['ring'], takes: ['stream'], create: ({ ring }) => Promise.resolve(handingOn(ring)) },
  http: { names: ['http', 'web'], takes: ['stream'], create: ({ http }) => Promise.resolve(handingOn(http)) },
  'echo-http': { names: ['echo-http'], takes: ['stream'], create: async ({ log }) => (await import('@coring/services')).echoHttp({}, { log }) },
  echo: { names: ['echo'], takes: ['stream', 'datagram'], create: async ({ log }) => (await import('@coring/services')).echo({ log }) },
  hello: { names: ['hello'], takes: ['stream', 'datagram'], port: HELLO_PORT, create: async ({ log, hello }) => (await import('@coring/services')).hello({ ...hello, log }) },
  codes: { names: ['codes'], takes: ['stream'], port: 8_000, create: ({ codes }) => Promise.resolve(handingOn(codes)) },
  messages: { names: ['messages'], takes: ['stream'], port: 8_001, create: ({ messages }) => Promise.resolve(handingOn(messages)) },
} as const satisfies Readonly<Record<string, Role>>;

export type RoleName = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly RoleName[];

/** Whether the connections of a role are the node's, which counts them itself. The others need nothing of it. */
export function isHandedOn(name: RoleName): boolean {
  return name === 'ring' || name === 'http' || name === 'codes' || name === 'messages';
}

/** The role that an inherited socket's name begins with, followed by something other than a letter; undefined where it is none. */
export function roleOfName(name: string): RoleName | undefined {
  const candidates = roleNames.flatMap((role) => roles[role].names.map((letters) => ({ role, letters })));
  const fitting = candidates.filter(({ letters }) => name.toLowerCase().startsWith(letters) && !/^[a-z]/i.test(name.slice(letters.length)));
  // `echo-http4` begins with `echo` too.
  return fitting.sort((a, b) => b.letters.length - a.letters.length)[0]?.role;
}

/** Why a socket of that type, at that address, cannot be for the role; undefined where it can. */
export function obstacleTo(name: RoleName, { type, address }: { readonly type: SocketType; readonly address: string }): string | undefined {
  const { takes }: Role = roles[name];
  if (!takes.includes(type)) return `${name} takes no ${type === 'stream' ? 'connections' : 'datagrams'}`;
  if (name === 'ring' && !/:\d+$/.test(address.replace(/^(unix|vsock):.*/s, ''))) return 'nodes reach each other over TCP only';
  return undefined;
}

/** The port of an address that was given without one; undefined where its role has none. */
export function defaultPortOf(name: RoleName): number | undefined {
  const { port }: Role = roles[name];
  return port;
}

function handingOn(taker: Later<Take>): Service {
  return {
    stream: (socket) => {
      void taker.get().then((take) => {
        if (!socket.destroyed) take(socket);
      });
    },
  };
}
