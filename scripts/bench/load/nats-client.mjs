import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/** Servers that have no leader yet do not answer at all. */
const ASK_FOR_MS = 2000;

/**
 * As much of NATS's client protocol as it takes to put objects: a chunk and the object's description, each acknowledged by the stream.
 * See docs.nats.io, "Client protocol", and ADR-20, "JetStream based Object Stores".
 */
export class NatsClient {
  #socket;
  #inbox = `_INBOX.${randomBytes(8).toString('hex')}`;
  #bucket;
  #body;
  #digest;
  #received = '';
  #pending;
  #onReply;
  #requests = 0;

  constructor({ host, port }, { bucket, bodyBytes = 0 } = {}) {
    this.#bucket = bucket;
    this.#body = 'x'.repeat(bodyBytes);
    this.#digest = `SHA-256=${createHash('sha256').update(this.#body).digest('base64url')}`;
    this.#socket = connect({ host, port, noDelay: true }).setEncoding('latin1');
    this.#socket.on('data', (text) => this.#read(text));
    this.#socket.on('error', (error) => this.#settle(error));
    this.#socket.on('close', () => this.#settle(new Error('the connection was closed')));
    this.#socket.write(`CONNECT {"verbose":false,"pedantic":false,"headers":true,"lang":"coring-bench","version":"1"}\r\nSUB ${this.#inbox}.* 1\r\n`);
  }

  /**
   * Puts an object of so many bytes as was said, in the steps of NATS's own clients: is there one of this name, its only chunk, its description.
   * Calls back with `(error)` or `(undefined, {status, length})`.
   */
  put(name, done) {
    this.#pending = done;
    const id = `${this.#inbox.slice(7)}${this.#requests}`;
    const about = `$O.${this.#bucket}.M.${Buffer.from(name).toString('base64url')}`;
    const info = { name, bucket: this.#bucket, nuid: id, size: this.#body.length, chunks: 1, digest: this.#digest, mtime: new Date().toISOString() };
    const describe = () => this.#request(about, JSON.stringify(info), () => this.#settle(undefined, { status: 200, length: 0 }), 'Nats-Rollup: sub');
    const send = () => this.#request(`$O.${this.#bucket}.C.${id}`, this.#body, describe);
    this.#request(`$JS.API.DIRECT.GET.OBJ_${this.#bucket}.${about}`, '', send);
  }

  /** One request to the server's own interface; its answer, an object. @throws Error where there is none in time */
  ask(subject, value) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#settle(new Error(`no answer from ${subject}`)), ASK_FOR_MS);
      this.#pending = (error, answer) => {
        clearTimeout(late);
        if (error === undefined) resolve(answer);
        else reject(error);
      };
      this.#request(subject, JSON.stringify(value), (answer) => this.#settle(undefined, answer));
    });
  }

  close() {
    this.#pending = undefined;
    this.#socket.destroy();
  }

  #request(subject, body, onReply, header) {
    this.#onReply = onReply;
    const headers = header === undefined ? '' : `NATS/1.0\r\n${header}\r\n\r\n`;
    const sizes = header === undefined ? `${body.length}` : `${headers.length} ${headers.length + body.length}`;
    const reply = `${this.#inbox}.${this.#requests++}`;
    this.#socket.write(`${header === undefined ? 'PUB' : 'HPUB'} ${subject} ${reply} ${sizes}\r\n${headers}${body}\r\n`, 'latin1');
  }

  #read(text) {
    this.#received += text;
    for (let end = this.#received.indexOf('\r\n'); end !== -1; end = this.#received.indexOf('\r\n')) {
      const [verb, ...words] = this.#received.slice(0, end).split(' ');
      let rest = end + 2;
      if (verb === 'MSG' || verb === 'HMSG') {
        const body = rest;
        rest += Number(words.at(-1)) + 2;
        if (this.#received.length < rest) return;
        const headerBytes = verb === 'HMSG' ? Number(words.at(-2)) : 0;
        this.#onMessage(this.#received.slice(body, body + headerBytes), this.#received.slice(body + headerBytes, rest - 2));
      } else if (verb === 'PING') this.#socket.write('PONG\r\n');
      else if (verb === '-ERR') this.#settle(new Error(words.join(' ')));
      this.#received = this.#received.slice(rest);
    }
  }

  /** A header may say that nobody listens there (503), or that there is nothing of that name (404), which is the answer hoped for. */
  #onMessage(header, body) {
    if (header.startsWith('NATS/1.0 503')) return this.#settle(new Error('no responders'));
    const answer = body === '' ? {} : JSON.parse(body);
    if (answer.error !== undefined) return this.#settle(new Error(answer.error.description));
    this.#onReply(answer);
  }

  #settle(error, answer) {
    const done = this.#pending;
    this.#pending = undefined;
    if (error !== undefined) this.#socket.destroy();
    done?.(error, answer);
  }
}
