import type { Socket } from 'node:net';
import type { PlainRequest } from './plain-request.js';

interface Hooks {
  /** A connection on which nothing moves for so long is cut, in milliseconds. */
  readonly idleMs: number;
  /** The plain request that begins there; undefined for everything else. */
  readonly parse: (text: string, from: number) => PlainRequest | undefined;
  /** Its whole answer, one character for each byte, where it is at hand. */
  readonly now: (request: PlainRequest) => string | undefined;
  /** The same, found out; undefined where the request is to be served otherwise. */
  readonly later: (request: PlainRequest, signal: AbortSignal) => Promise<string | undefined>;
  /** This reader is done with the socket. */
  readonly onOver: () => void;
  /** Takes the socket, paused, with all its bytes. */
  readonly handOn: (socket: Socket) => void;
}

/** So many characters of answers are at hand at once: who does not read them is not given more. */
const ANSWERS_LENGTH_MAX = 256 * 1024;

/** One connection, paused so far, that has asked for plain reads only: one request at a time, in order. */
export class PlainReader {
  readonly #socket: Socket;
  readonly #hooks: Hooks;
  readonly #gone = new AbortController();
  #isBusy = false;
  #endsWhenIdle = false;

  constructor(socket: Socket, hooks: Hooks) {
    this.#socket = socket;
    this.#hooks = hooks;
    socket.setTimeout(hooks.idleMs);
    socket.on('data', this.#onData).on('end', this.#onEnd).on('timeout', this.#onTimeout).on('error', this.#onError).on('close', this.#onClose);
    socket.resume();
  }

  endWhenIdle(): void {
    if (this.#isBusy) this.#endsWhenIdle = true;
    else this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    const text = bytes.toString('latin1');
    let answers = '';
    let at = 0;
    while (at < text.length && answers.length < ANSWERS_LENGTH_MAX) {
      const request = this.#hooks.parse(text, at);
      const answer = request === undefined ? undefined : this.#hooks.now(request);
      if (answer !== undefined) {
        answers += answer;
        at = request!.end;
        continue;
      }
      if (answers !== '') this.#socket.write(answers, 'latin1');
      if (request === undefined) {
        this.#socket.pause().unshift(bytes.subarray(at));
        return this.#handOn();
      }
      return void this.#answerLater(request, request.end - at, bytes.subarray(at));
    }
    if (at < text.length) this.#socket.pause().unshift(bytes.subarray(at));
    if (this.#socket.write(answers, 'latin1')) this.#socket.resume();
    else this.#waitForDrain();
  };

  readonly #onEnd = (): void => void this.#socket.end();
  readonly #onTimeout = (): void => void this.#socket.destroy();
  readonly #onError = (): void => void this.#socket.destroy();
  readonly #onClose = (): void => {
    this.#gone.abort();
    this.#hooks.onOver();
  };

  /**
   * The request stays with the socket until its answer is known, as does what comes meanwhile: another may have to serve it, and the end of a
   * stream that is not empty is not told.
   */
  async #answerLater(request: PlainRequest, length: number, bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    this.#isBusy = true;
    socket.pause().off('data', this.#onData).unshift(bytes);
    // What went wrong is found again, and told, by who serves it otherwise.
    const answer = await this.#hooks.later(request, this.#gone.signal).catch(() => undefined);
    if (socket.destroyed) return;
    if (answer === undefined) return this.#handOn();
    this.#isBusy = false;
    socket.read(length);
    socket.on('data', this.#onData);
    const isTaken = socket.write(answer, 'latin1');
    if (this.#endsWhenIdle) socket.destroySoon();
    else if (isTaken) socket.resume();
    else this.#waitForDrain();
  }

  #waitForDrain(): void {
    this.#isBusy = true;
    this.#socket.pause().once('drain', this.#onDrain);
  }

  readonly #onDrain = (): void => {
    this.#isBusy = false;
    if (this.#endsWhenIdle) this.#socket.destroySoon();
    else this.#socket.resume();
  };

  #handOn(): void {
    const socket = this.#socket;
    this.#isBusy = true;
    socket.off('data', this.#onData).setTimeout(0);
    // Not within the stream's own reading: where the HTTP parser pauses it at once, node:http would go on reading, without end.
    setImmediate(() => {
      if (socket.destroyed) return;
      socket.off('end', this.#onEnd).off('timeout', this.#onTimeout).off('error', this.#onError).off('close', this.#onClose);
      this.#hooks.onOver();
      this.#hooks.handOn(socket);
    });
  }
}
