import { type InheritedSocket, openSocket, type OpenSocket, parseListenAddress, type Service, SocketError, takeSocket } from '@coring/sockets';
import { connectionsEach, PEERS_KEPT } from '../descriptors.js';
import type { Log } from '../log.js';
import { StartError } from '../start-error.js';
import type { Use } from '../use.js';
import { Later } from './later.js';
import type { Workers } from '../workers.js';
import { defaultPortOf, type HelloFlags, isHandedOn, obstacleTo, roleOfName, roles, type RoleName, type Take } from './roles.js';

/** A socket that is to be opened. */
export interface ServeWish {
  readonly role: RoleName;
  /** As parseListenAddress reads it; it may lack a port where the role has one. */
  readonly address: string;
}

export interface EntranceOptions {
  readonly serve: readonly ServeWish[];
  readonly inherited: readonly InheritedSocket[];
  /** What nameless inherited sockets are for, and those with names that no role begins with. Default: http for connections, echo for datagrams. */
  readonly inheritAs?: RoleName;
  readonly hello?: HelloFlags;
  /** Connections that may wait on a socket that is opened. Default: 511. */
  readonly backlog?: number;
  /** Processes that serve connections for which nothing of the node is needed. Default: none, this one does. */
  readonly workers?: number;
  readonly log: Log;
}

interface Entrance {
  readonly role: RoleName;
  readonly socket: OpenSocket;
  readonly isInherited: boolean;
}

/** The sockets that a process serves on beside its node's own port. They outlive a node that starts anew in the same process. */
export class Entrances {
  /** Who takes connections of clients, those of the ring, and those that are for one service: set by the node, once it can. */
  readonly http = new Later<Take>();
  readonly ring = new Later<Take>();
  readonly codes = new Later<Take>();
  readonly messages = new Later<Take>();
  readonly #entrances: readonly Entrance[];
  readonly #workers: Workers | undefined;
  #ended: Promise<void> | undefined;

  private constructor(entrances: readonly Entrance[], workers: Workers | undefined) {
    this.#entrances = entrances;
    this.#workers = workers;
  }

  /** Opens and takes all of them, or none. @throws StartError */
  static async open({ serve, inherited, inheritAs, hello = {}, backlog, workers: count, log }: EntranceOptions): Promise<Entrances> {
    const entrances: Entrance[] = [];
    try {
      for (const one of inherited) {
        const taken = await take(one, inheritAs, log);
        if (taken !== undefined) entrances.push(taken);
      }
      for (const wish of serve) entrances.push(await openWished(wish, backlog));
      const workers = count === undefined || entrances.every(({ role }) => isHandedOn(role)) ? undefined : new (await import('../workers.js')).Workers(count, hello, log);
      const all = new Entrances(entrances, workers);
      await all.#serve(hello, log);
      return all;
    } catch (error) {
      for (const { socket } of entrances) await socket.close();
      if (!(error instanceof SocketError)) throw error;
      throw new StartError(error.code === 'bad-address' ? 'wrong-use' : 'cannot-listen', error.message, { cause: error });
    }
  }

  /** Where the ring itself is reached, if that is inherited: `host:port`. */
  get ringAddress(): string | undefined {
    return this.#entrances.find(({ role }) => role === 'ring')?.socket.address;
  }

  /** How many connections each socket takes at a time, the node's own port among them. */
  get connectionsEach(): number {
    const streams = this.#entrances.filter(({ socket }) => socket.type === 'stream').length;
    return connectionsEach(streams + (this.ringAddress === undefined ? 1 : 0));
  }

  get hasInherited(): boolean {
    return this.#entrances.some(({ isInherited }) => isInherited);
  }

  /** How much the sockets are used whose connections are not handed on to the node. */
  get use(): Use {
    const served = this.#entrances.filter(({ role }) => !isHandedOn(role)).map(({ socket }) => socket);
    const sum = (what: 'connections' | 'uses'): number => served.reduce((all, socket) => all + socket[what], 0);
    return { underWay: sum('connections') + (this.#workers?.connections ?? 0), count: sum('uses') };
  }

  /** The node that connections were handed to is over: those that come now wait for the next one. */
  detach(): void {
    for (const taker of [this.http, this.ring, this.codes, this.messages]) taker.clear();
  }

  /** Takes no more connections and datagrams. */
  async close(): Promise<void> {
    await Promise.all(this.#entrances.map(({ socket }) => socket.close()));
    this.#ended ??= this.#workers?.end();
  }

  /** Resolves when the workers have finished what was under way. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Cuts the connections that are still open. */
  cut(): void {
    for (const { socket } of this.#entrances) socket.cut();
  }

  async #serve(hello: HelloFlags, log: Log): Promise<void> {
    const services = new Map<RoleName, Service>();
    for (const { role, socket, isInherited } of this.#entrances) {
      const service = services.get(role) ?? (await roles[role].create({ log, hello, http: this.http, ring: this.ring, codes: this.codes, messages: this.messages }));
      services.set(role, service);
      // A connection of vsock cannot be handed over.
      const workers = isHandedOn(role) || socket.address.startsWith('vsock:') ? undefined : this.#workers;
      socket.serve(workers?.serving(role, service) ?? service, { name: `${role} ${socket.address}`, log, connectionsMax: this.connectionsEach + (role === 'ring' ? PEERS_KEPT : 0) });
      const { address, remark } = socket;
      log.info({ role, address, isInherited }, `${role} on ${address}${isInherited ? ', inherited' : ''}${remark === undefined ? '' : ` (${remark})`}`);
    }
  }
}

async function openWished({ role, address: text }: ServeWish, backlog: number | undefined): Promise<Entrance> {
  const address = parseListenAddress(text, defaultPortOf(role));
  if (role === 'ring') throw new StartError('wrong-use', 'the ring listens where --listen says: --serve ring=… cannot be');
  const obstacle = obstacleTo(role, { type: address.type, address: text });
  if (obstacle !== undefined) throw new StartError('wrong-use', `${obstacle}: not ${text}`);
  return { role, socket: await openSocket(address, backlog), isInherited: false };
}

/** Takes an inherited socket for what its name says; undefined, and a line in the log, where that cannot be. */
async function take({ fd, name }: InheritedSocket, inheritAs: RoleName | undefined, log: Log): Promise<Entrance | undefined> {
  const called = `the inherited socket ${fd}${name === undefined ? '' : ` (${JSON.stringify(name)})`}`;
  try {
    const socket = await takeSocket(fd);
    const role = (name === undefined ? undefined : roleOfName(name)) ?? inheritAs ?? (socket.type === 'stream' ? 'http' : 'echo');
    const obstacle = obstacleTo(role, socket);
    if (obstacle === undefined) return { role, socket, isInherited: true };
    log.warn({ fd, name, role }, `${called} is not served: ${obstacle}`);
    await socket.close();
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    log.warn({ fd, name }, `${called} cannot be taken: ${error.message}`);
  }
  return undefined;
}
