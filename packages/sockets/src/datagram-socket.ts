import type { OpenSocket, ServeOptions, Service } from './socket.js';

/** A datagram, and the way back to who sent it. */
export interface Datagram {
  readonly bytes: Buffer;
  readonly peer: string;
  /** Absent where a reply cannot be, with the reason in `noReply`. */
  readonly reply?: (bytes: Buffer, onFailed: (error: Error) => void) => void;
  readonly noReply?: string;
}

/** What carries datagrams: of IP by Node, of unix sockets by the addon. */
export interface Carrier {
  readonly address: string;
  readonly remark?: string;
  /** Called once; whatever has come before is told then. */
  begin(onDatagram: (datagram: Datagram) => void, onProblem: (problem: string) => void): void;
  close(): Promise<void>;
}

/** A socket for datagrams. */
export class DatagramSocket implements OpenSocket {
  readonly type = 'datagram';
  readonly address: string;
  readonly remark?: string;
  readonly connections = 0;
  readonly #carrier: Carrier;
  #uses = 0;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    this.address = carrier.address;
    if (carrier.remark !== undefined) this.remark = carrier.remark;
  }

  get uses(): number {
    return this.#uses;
  }

  serve({ datagram }: Service, { name, log }: ServeOptions): void {
    if (datagram === undefined) throw new Error(`${name} takes no datagrams`);
    let isFirst = true;
    this.#carrier.begin(
      ({ bytes, peer, reply, noReply }) => {
        this.#uses++;
        log.debug({ socket: name, peer, bytes: bytes.length }, `${name}: a datagram of ${bytes.length} bytes from ${peer}`);
        // Anybody may send many of them: one line for people is enough.
        if (noReply !== undefined) log[isFirst ? 'info' : 'debug']({ socket: name, peer }, `${name}: a datagram of ${bytes.length} bytes from ${peer} gets no reply: ${noReply}`);
        isFirst &&= noReply === undefined;
        const answer = datagram(bytes, peer);
        if (answer === undefined) return;
        reply?.(answer, (err) => log.debug({ socket: name, peer, err }, `${name}: the reply of ${answer.length} bytes to ${peer} was not sent: ${err.message}`));
      },
      (problem) => log.warn({ socket: name }, `${name}: ${problem}`),
    );
  }

  close(): Promise<void> {
    return this.#carrier.close();
  }

  /** Datagrams belong to no connection. */
  cut(): void {}
}
