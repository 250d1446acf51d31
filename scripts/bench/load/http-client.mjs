import { connect } from 'node:net';
import { AnswerReader } from './http-answer.mjs';

/** Bytes of a body that is sent or read in pieces, at a time. */
const PIECE_BYTES = 256 * 1024;
/** A body of at most so many bytes goes out in one write with its header. */
const AT_ONCE_BYTES_MAX = 65_536;

/** One kept connection that sends a request, awaits its answer, sends the next: as cheap as Node does it, so that the server is what is measured. */
export class HttpClient {
  #socket;
  #host;
  #pending;
  #body;
  #bodyText;

  constructor({ host, port }, { bodyBytes = 0, readsMuch = false }) {
    this.#host = `${host}:${port}`;
    const reader = new AnswerReader((status, length) => this.#settle(undefined, { status, length }));
    const onRead = (count, buffer) => {
      try {
        reader.read(buffer, count);
      } catch (error) {
        this.#socket.destroy(error);
      }
      return true;
    };
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer: Buffer.alloc(readsMuch ? PIECE_BYTES : 8192), callback: onRead } });
    this.#socket.on('error', (error) => this.#settle(error));
    this.#socket.on('close', () => this.#settle(new Error('the connection was closed')));
    this.#body = bodyBytes;
    this.#bodyText = bodyBytes <= AT_ONCE_BYTES_MAX ? 'coring '.repeat(Math.ceil(bodyBytes / 7)).slice(0, bodyBytes) : undefined;
  }

  /** Calls back with `(error)` or `(undefined, {status, length})`. */
  get(path, done) {
    this.#pending = done;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`, 'latin1');
  }

  put(path, done) {
    this.#pending = done;
    const head = `PUT ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${this.#body}\r\n\r\n`;
    if (this.#bodyText !== undefined) this.#socket.write(head + this.#bodyText, 'latin1');
    else {
      this.#socket.write(head, 'latin1');
      this.#sendPieces(this.#body);
    }
  }

  close() {
    this.#pending = undefined;
    this.#socket.destroy();
  }

  #sendPieces(left) {
    if (left === 0 || this.#socket.destroyed) return;
    const bytes = Math.min(left, PIECE_BYTES);
    this.#socket.write(bytes === PIECE_BYTES ? piece : piece.subarray(0, bytes), () => this.#sendPieces(left - bytes));
  }

  #settle(error, answer) {
    const done = this.#pending;
    this.#pending = undefined;
    if (error !== undefined) this.#socket.destroy();
    done?.(error, answer);
  }
}

const piece = Buffer.alloc(PIECE_BYTES, 'Coring bench. ');
