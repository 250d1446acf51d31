import type { Socket } from 'node:net';
import type { SocketType } from './listen-address.js';

/** Serves connections, datagrams or both; knows nothing of what they come through. */
export interface Service {
  /** Serves one connection, which comes paused, to its end; `peer` says who it is. Its other end may have finished writing and still read. */
  readonly stream?: (connection: Socket, peer: string) => void;
  /** The reply to a datagram; undefined where there is none. */
  readonly datagram?: (message: Buffer, peer: string) => Buffer | undefined;
}

/** What is said of sockets: fields for programs, a line for people. */
export interface SocketLog {
  debug(fields: object, line: string): void;
  info(fields: object, line: string): void;
  warn(fields: object, line: string): void;
}

export interface ServeOptions {
  /** What the log calls the socket. */
  readonly name: string;
  readonly log: SocketLog;
  /** Connections at a time: more are closed at once. Default: 8 192. */
  readonly connectionsMax?: number;
}

/** A socket that listens, whatever its family. What comes before it is served waits. */
export interface OpenSocket {
  readonly type: SocketType;
  /** Where it listens, as parseListenAddress reads it, with the port that it really has. */
  readonly address: string;
  /** Something that people should know of how it came to be, such as that it is of one version of IP only. */
  readonly remark?: string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections and datagrams that have come so far. */
  readonly uses: number;
  /** Serves whatever comes, until it is closed. */
  serve(service: Service, options: ServeOptions): void;
  /** Stops listening, and removes the file of a unix socket that was opened here. Connections go on. */
  close(): Promise<void>;
  /** Cuts the connections that are still open. */
  cut(): void;
}
