import type { Socket } from 'node:net';

/** What went in and out of a node through connections of one kind. The sockets count it anyway: nothing is done for a request or a message. */
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

  get sockets(): ReadonlySet<Socket> {
    return this.#open;
  }

  /** Open now. */
  get connections(): number {
    return this.#open.size;
  }

  /** Bytes since the start. */
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
