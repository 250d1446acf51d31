import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Fetch, Message, Stamp } from '@coring/protocol';
import type { Log } from '../log.js';
import type { Traffic } from '../traffic.js';
import type { LinkLimits } from './limits.js';

/** The links of a node to its peers: one control link kept per pair, bulk links as needed. */
export interface Links {
  /** Takes over a socket whose first bytes were LINK_MAGIC (already consumed). */
  accept(socket: Socket): void;
  /**
   * Sends on the control link to that peer, dialling it where there is none; all that one tick sends goes out in one write.
   * Never waits. What cannot be sent is reported through `onUnsent`. `bytes`: at most SMALL_BYTES_MAX, to go with it.
   */
  send(address: string, message: Message, bytes?: Uint8Array): void;
  /** Bytes of a peer: a kept version of a name, over a bulk link dialled by us. @throws LinkError */
  fetch(address: string, nodeId: string, what: { readonly name: string; readonly version: Stamp; readonly offset?: number; readonly length?: number }, signal: AbortSignal): Promise<Fetched>;
  /** An upload at a peer, from its begin, as it comes in there; likewise. @throws LinkError */
  follow(address: string, nodeId: string, what: { readonly name: string; readonly token: string }, signal: AbortSignal): Promise<Followed>;
  close(): Promise<void>;
}

export interface Fetched {
  /** Of the whole content, in bytes. */
  readonly size: number;
  /** Only the range asked for; errors where a chunk's checksum is wrong or the link ends early. */
  readonly stream: Readable;
}

/** An upload that may still be coming in. */
export interface Followed {
  /** Ends when the upload is complete; errors when it comes to nothing, or like that of what is fetched. */
  readonly stream: Readable;
  /** What it is as a whole: known when the stream has ended. */
  readonly whole: Promise<Whole>;
}

export interface Whole {
  /** In bytes. */
  readonly size: number;
  /** sha-256 in hex. */
  readonly digest: string;
}

export interface LinkOptions {
  /** Who we are right now; ringId may come later. */
  readonly self: () => { readonly nodeId: string; readonly incarnation: number; readonly boot: string; readonly ringId?: string; readonly address: string; readonly features: readonly string[] };
  /** The ring secret; without one, links are neither proven nor authenticated. */
  readonly secret?: Uint8Array;
  readonly onMessage: (message: Message, seenAddress: string, bytes?: Buffer) => void;
  /** `to` absent: nobody is known at that address yet. */
  readonly onUnsent: (messageId: string, to: string | undefined) => void;
  /** A link that this node dialled was refused in the handshake, by either side, with the reason. */
  readonly onRefused: (address: string, code: string, message: string) => void;
  /** Serves a bulk request of a peer; undefined where the bytes are not here. An upload is asked for by its token. */
  readonly serve: (request: Fetch) => Promise<Fetched | Followed | undefined>;
  readonly log: Log;
  /** Has the sockets of the links. */
  readonly traffic: Traffic;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<LinkLimits>;
}
