import type { Socket } from 'node:net';

/** The bytes of HTTP that went in and out of a node. The sockets count them anyway: nothing is done for a request. */
export class Traffic {
  readonly #open = new Set<Socket>();
  #bytesIn = 0;
  #bytesOut = 0;

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#bytesIn += socket.bytesRead;
      this.#bytesOut += socket.bytesWritten;
    });
  }

  /** Open now. */
  get connections(): number {
    return this.#open.size;
  }

  /** Since the start. */
  get bytesIn(): number {
    let bytes = this.#bytesIn;
    for (const socket of this.#open) bytes += socket.bytesRead;
    return bytes;
  }

  get bytesOut(): number {
    let bytes = this.#bytesOut;
    for (const socket of this.#open) bytes += socket.bytesWritten;
    return bytes;
  }
}
