import { createServer, type Server, type Socket } from 'node:net';
import type { OpenSocket, ServeOptions, Service } from './socket.js';

/** Connections at a time, where nobody says otherwise. */
const CONNECTIONS_MAX = 8_192;

/** Connections that may wait to be taken, if nobody says otherwise. */
export const BACKLOG = 511;

/** A net.Server before it listens. Of its connections nothing is read before somebody wants it: they may be handed on. Half-open: who is done sending still gets what is sent back. */
export function newServer(): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

export interface StreamSocketOptions {
  readonly server: Server;
  readonly address: string;
  readonly remark?: string;
  readonly peerOf: (socket: Socket) => string;
}

/** A listening socket for connections. */
export class StreamSocket implements OpenSocket {
  readonly type = 'stream';
  readonly address: string;
  readonly remark?: string;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  #waiting: Socket[] = [];
  #uses = 0;
  #accept = (socket: Socket): void => void this.#waiting.push(socket);

  constructor({ server, address, remark, peerOf }: StreamSocketOptions) {
    this.#server = server;
    this.address = address;
    if (remark !== undefined) this.remark = remark;
    server.on('connection', (socket) => this.#onConnection(socket));
    // Failing to accept one connection (no file descriptors left) must not end the process.
    server.on('error', () => undefined);
    this.#peerOf = peerOf;
  }

  readonly #peerOf: (socket: Socket) => string;

  get connections(): number {
    return this.#connections.size;
  }

  get uses(): number {
    return this.#uses;
  }

  serve({ stream }: Service, { name, log, connectionsMax = CONNECTIONS_MAX }: ServeOptions): void {
    if (stream === undefined) throw new Error(`${name} takes no connections`);
    this.#server.maxConnections = connectionsMax;
    this.#accept = (socket) => {
      const peer = this.#peerOf(socket);
      log.debug({ socket: name, peer }, `${name}: a connection from ${peer}`);
      socket.once('close', () => {
        const { bytesRead, bytesWritten } = socket;
        log.debug({ socket: name, peer, bytesRead, bytesWritten }, `${name}: the connection from ${peer} is over, ${bytesRead} bytes in, ${bytesWritten} out`);
      });
      stream(socket, peer);
    };
    for (const socket of this.#waiting.splice(0)) if (!socket.destroyed) this.#accept(socket);
    let isFull = false;
    this.#server.on('drop', () => {
      if (!isFull) log.warn({ socket: name }, `${name}: more than ${connectionsMax} connections: those beyond are closed`);
      isFull = true;
    });
  }

  close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    // The listening socket is closed with the next turn of the event loop; the server's own callback would wait for every connection.
    return new Promise((resolve) => setImmediate(resolve));
  }

  cut(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  #onConnection(socket: Socket): void {
    this.#uses++;
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    // A connection that breaks is its service's business; nobody has to listen for it while it waits.
    socket.on('error', () => undefined);
    this.#accept(socket);
  }
}

/** Lets a server listen. @throws the error of the system */
export function listening(server: Server, begin: (server: Server) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError);
    begin(server);
  });
}
