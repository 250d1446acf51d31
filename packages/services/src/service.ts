import type { Duplex } from 'node:stream';

/** Serves connections and datagrams of any family; knows no sockets. */
export interface Service {
  /**
   * Serves one connection until it ends; `peer` says who it is, for the log. The connection may still be written to when its other end has
   * finished writing (`allowHalfOpen`); errors of the connection are the service's to handle, and it may be destroyed at any time.
   */
  readonly stream?: (connection: Duplex, peer: string) => void;
  /** The reply to a datagram; undefined where there is none. */
  readonly datagram?: (message: Buffer, peer: string) => Buffer | undefined;
}

/** What services say of what they do: fields for programs, a line for people. */
export interface ServiceLog {
  debug(fields: object, line: string): void;
  info(fields: object, line: string): void;
  warn(fields: object, line: string): void;
}
