import type { Carrier, Datagram } from './datagram-socket.js';
import type { Native } from './native.js';
import { textOfSockaddr } from './socket-name.js';
import type { SocketFile } from './unix-file.js';

/** Datagrams taken at a time before others have their turn. */
const BATCH = 64;
/** Replies that may wait for receivers that have no room, and the bytes in them: beyond that they are dropped. */
const WAITING_MAX = 256;
const WAITING_BYTES_MAX = 8 * 2 ** 20;
/** How often a receiver without room is tried again, and for how long, in milliseconds. The kernel does not say when it has room. */
const AGAIN_MS = 20;
const GIVE_UP_MS = 5_000;

export interface Outgoing {
  readonly bytes: Buffer;
  /** A sockaddr. */
  readonly to: Buffer;
  readonly onFailed: (error: Error) => void;
}

interface Waiting extends Outgoing {
  readonly untilMs: number;
}

/** The datagrams of a unix socket. It owns the descriptor. */
export class UnixDatagrams implements Carrier {
  readonly address: string;
  readonly #native: Native;
  readonly #fd: number;
  #watch: object | undefined;
  #isClosed = false;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #file: SocketFile | undefined;

  /** `file`: goes when the socket is closed. */
  constructor(native: Native, fd: number, file?: SocketFile) {
    this.#native = native;
    this.#fd = fd;
    this.address = textOfSockaddr(native, native.name(fd, 0), 'datagram') ?? 'unix-dgram';
    this.#file = file;
  }

  begin(onDatagram: (datagram: Datagram) => void, onProblem: (problem: string) => void): void {
    this.#watch = this.#native.watch(this.#fd, () => {
      for (let i = 0; i < BATCH && !this.#isClosed; i++) {
        try {
          const received = this.#native.receive(this.#fd);
          if (received === undefined) return;
          if (received.cut) onProblem('a datagram of more than 1 MiB was dropped');
          else onDatagram(this.#datagramOf(received));
        } catch (error) {
          return onProblem((error as Error).message);
        }
      }
    });
  }

  /** Sends a datagram, later where its receiver has no room now: what came first goes first to each. */
  send(outgoing: Outgoing): void {
    const { bytes, to, onFailed } = outgoing;
    if (!this.#waiting.some((other) => other.to.equals(to)) && this.#isDone(outgoing)) return;
    if (this.#waiting.length >= WAITING_MAX || this.#waitingBytes + bytes.length > WAITING_BYTES_MAX) return onFailed(new Error('too many wait for receivers that do not read'));
    this.#waiting.push({ bytes, to, onFailed, untilMs: performance.now() + GIVE_UP_MS });
    this.#waitingBytes += bytes.length;
    this.#timer ??= setTimeout(() => this.#tryAgain(), AGAIN_MS);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#watch === undefined) this.#native.close(this.#fd);
    else this.#native.unwatch(this.#watch);
    await this.#file?.remove();
  }

  #datagramOf({ bytes, from }: { readonly bytes: Buffer; readonly from: Buffer }): Datagram {
    const peer = textOfSockaddr(this.#native, from, 'datagram');
    if (peer === undefined) return { bytes, peer: 'a sender without a name', noReply: 'there is no address to send it to' };
    return { bytes, peer, reply: (answer, onFailed) => this.send({ bytes: answer, to: from, onFailed }) };
  }

  #tryAgain(): void {
    this.#timer = undefined;
    const full: Buffer[] = [];
    const stillWaiting = this.#waiting.filter((reply) => {
      if (!full.some((to) => to.equals(reply.to)) && this.#isDone(reply)) return false;
      full.push(reply.to);
      if (performance.now() < reply.untilMs) return true;
      reply.onFailed(new Error('the receiver does not read'));
      return false;
    });
    this.#waiting = stillWaiting;
    this.#waitingBytes = stillWaiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (stillWaiting.length > 0 && !this.#isClosed) this.#timer = setTimeout(() => this.#tryAgain(), AGAIN_MS);
  }

  /** Whether nothing is left to do: it was sent, or never can be. */
  #isDone({ bytes, to, onFailed }: Outgoing): boolean {
    try {
      return this.#native.send(this.#fd, bytes, to);
    } catch (error) {
      onFailed(error as Error);
      return true;
    }
  }
}
