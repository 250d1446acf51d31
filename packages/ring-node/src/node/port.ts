import { createServer, type Server, type Socket } from 'node:net';
import { LINK_MAGIC } from '@coring/protocol';
import { formatAddress } from './address.js';
import { connectionsEach, PEERS_KEPT } from './descriptors.js';
import { StartError } from './start-error.js';

export interface SortOptions {
  /** Takes a socket whose first bytes were LINK_MAGIC, which is consumed. It is paused: what follows is still to be read. */
  readonly onPeer: (socket: Socket) => void;
  /** Takes every other socket, with all its bytes put back. It is paused. */
  readonly onHttp: (socket: Socket) => void;
  /** How long a socket may say nothing, in milliseconds: clients connect ahead of their requests. Default: 60 s, as between two requests. */
  readonly silentMs?: number;
  /** Time for the bytes that tell a peer from HTTP, once the first has come, in milliseconds. Default: 5 s. */
  readonly firstBytesMs?: number;
  /** Connections of clients at a time: more are closed, peers are let in all the same. Default: as many as a process with this one socket can have. */
  readonly clientsMax?: number;
  /** Told once, when there are more. */
  readonly onFull?: (clientsMax: number) => void;
}

export interface PortOptions extends SortOptions {
  /** A name or an IP address; empty for all addresses of the machine. */
  readonly host: string;
  /** The first of these that is free is taken; 0 lets the system choose. */
  readonly ports: readonly number[];
}

export interface Port {
  /** `host:port` that is bound. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Stops listening and closes sockets that have said nothing yet. Those handed on belong to whoever took them. */
  close(): Promise<void>;
}

/** Listens for peers and for HTTP on one port, told apart by their first bytes. @throws StartError with code `cannot-listen` */
export async function openPort({ host, ports, ...options }: PortOptions): Promise<Port> {
  const sorter = new Sorter(options);
  // Half-open: a request whose sender is done sending still gets its answer, and links end one direction at a time.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => sorter.take(socket));
  server.maxConnections = sorter.clientsMax + PEERS_KEPT;
  const bound = await listenOnFirstFree(server, host, ports);
  return {
    address: formatAddress(bound.host, bound.port),
    host: bound.host,
    port: bound.port,
    close: async () => {
      server.close();
      sorter.close();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const magic = Buffer.from(LINK_MAGIC);

/** Tells peers from HTTP by their first bytes. */
export class Sorter {
  readonly clientsMax: number;
  readonly #options: SortOptions;
  readonly #undecided = new Set<Socket>();
  #clients = 0;
  #wasFull = false;

  constructor(options: SortOptions) {
    this.#options = options;
    this.clientsMax = options.clientsMax ?? connectionsEach(1);
  }

  /** Waits for as many bytes as it takes to know what a socket speaks, and hands it on. */
  take(socket: Socket): void {
    const { onPeer, silentMs = 60_000, firstBytesMs = 5_000 } = this.#options;
    const isBeyond = this.#undecided.size + this.#clients >= this.clientsMax;
    const onHttp = (): void => (isBeyond ? this.#refuse(socket) : this.#letIn(socket));
    const undecided = this.#undecided.add(socket);
    let seen: Buffer = Buffer.alloc(0);
    let deadline = setTimeout(giveUp, isBeyond ? firstBytesMs : silentMs);
    socket.on('data', look).on('error', giveUp).on('close', forget).on('end', giveUp);
    socket.resume();

    function look(bytes: Buffer): void {
      const isFirst = seen.length === 0;
      seen = isFirst ? bytes : Buffer.concat([seen, bytes]);
      const compared = Math.min(seen.length, magic.length);
      const isMagicSoFar = seen.compare(magic, 0, compared, 0, compared) === 0;
      if (isMagicSoFar && compared < magic.length) return isFirst ? hurry() : undefined;
      forget();
      socket.off('data', look).off('error', giveUp).off('close', forget).off('end', giveUp);
      socket.pause();
      const rest = isMagicSoFar ? seen.subarray(magic.length) : seen;
      if (rest.length > 0) socket.unshift(rest);
      if (isMagicSoFar) onPeer(socket);
      else onHttp();
    }

    /** One deadline for all of the first bytes: dripping them does not prolong it. */
    function hurry(): void {
      clearTimeout(deadline);
      deadline = setTimeout(giveUp, firstBytesMs);
    }

    function giveUp(): void {
      forget();
      socket.destroy();
    }

    function forget(): void {
      undecided.delete(socket);
      clearTimeout(deadline);
    }
  }

  #letIn(socket: Socket): void {
    this.#clients++;
    socket.once('close', () => this.#clients--);
    this.#options.onHttp(socket);
  }

  #refuse(socket: Socket): void {
    socket.destroy();
    if (!this.#wasFull) this.#options.onFull?.(this.clientsMax);
    this.#wasFull = true;
  }

  /** Closes the sockets that have said nothing yet. */
  close(): void {
    for (const socket of this.#undecided) socket.destroy();
  }
}

/** Binding is the test: between looking for a free port and taking it somebody else could take it. */
async function listenOnFirstFree(server: Server, host: string, ports: readonly number[]): Promise<{ host: string; port: number }> {
  for (const port of ports) {
    try {
      return await listen(server, host, port);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw new StartError('cannot-listen', `cannot listen on ${formatAddress(host, port)}: ${(cause as Error).message}`, { cause });
    }
  }
  const [first = 0, last = first] = [ports[0], ports.at(-1)];
  const taken = first === last ? `${formatAddress(host, first)} is` : `ports ${first} to ${last} of ${host || 'this machine'} are`;
  throw new StartError('cannot-listen', `${taken} in use by another program`);
}

function listen(server: Server, host: string, port: number): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.off('error', onError);
      // Failing to accept one connection (no file descriptors left) must not end the process.
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP server has an IP address');
      resolve({ host: address.address, port: address.port });
    };
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError);
    server.listen({ port, ...(host === '' ? {} : { host }) });
  });
}
