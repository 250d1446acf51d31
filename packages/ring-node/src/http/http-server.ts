import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerClientError, type Exchange } from './client-error.js';
import type { HttpOptions } from './http-options.js';

/** Most bytes of a request's header, in bytes: more is 431. */
const HEADER_BYTES_MAX = 16 * 1024;

/** An HTTP server with limits on everything a stranger can send, that can end without leaving anybody hanging. */
export class HttpServer extends Server {
  readonly #closing = new AbortController();
  /** Every open connection, with the last request on it that is not answered yet. */
  readonly #connections = new Map<unknown, Exchange | undefined>();
  #isClosed = false;

  constructor(options: HttpOptions) {
    super({
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: options.headersTimeoutMs,
      // An upload may take as long as it makes progress: the reader of its body watches that.
      requestTimeout: 0,
      keepAliveTimeout: options.keepAliveMs,
      connectionsCheckingInterval: Math.min(1000, Math.ceil(options.headersTimeoutMs / 2)),
      // Checked in the application, which answers with a body.
      requireHostHeader: false,
    });
    this.timeout = options.stalledMs;
    // Who is done sending still gets its answer.
    Object.assign(this, { httpAllowHalfOpen: true });
    // Connections may also come from somebody else's listener (`emit('connection', socket)`). Node looks after slow headers only from 'listening' on.
    this.prependOnceListener('connection', () => void (this.listening || this.emit('listening')));
    this.on('connection', (socket: Socket) => this.#track(socket));
    for (const event of ['request', 'checkContinue', 'checkExpectation']) {
      this.on(event, (request: IncomingMessage, response: ServerResponse) => this.#begin({ request, response }));
    }
    this.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const exchange = this.#connections.get(socket);
      // What follows a request that is not answered yet may be late by our own doing: it is not read on then.
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && exchange !== undefined) return;
      if (!socket.writableEnded) answerClientError(error, socket, exchange);
    });
  }

  /** Aborted when the server begins to close: answers without an end, such as streams of events, end then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Connections with a request that is not answered yet. */
  get underWay(): number {
    let count = 0;
    for (const exchange of this.#connections.values()) if (exchange !== undefined) count++;
    return count;
  }

  /**
   * Takes no more requests, lets those under way finish for at most `graceMs`, closes idle connections at once. Resolves when none is left.
   * `handingOn`: until when somebody else may still hand over connections with a request under way.
   */
  async closeGracefully(graceMs: number, handingOn: Promise<void> = Promise.resolve()): Promise<void> {
    this.#closing.abort();
    this.close();
    for (const [socket, exchange] of this.#connections) if (exchange === undefined) (socket as Socket).destroy();
    const cut = setTimeout(() => this.#destroyAll(), graceMs);
    await handingOn;
    while (this.#connections.size > 0) await new Promise((resolve) => this.once('connectionClosed', resolve));
    clearTimeout(cut);
    this.#isClosed = true;
  }

  #track(socket: Socket): void {
    // Somebody else's listener may still hand one over.
    if (this.#isClosed) socket.destroy();
    this.#connections.set(socket, undefined);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.emit('connectionClosed');
    });
  }

  #begin(exchange: Exchange): void {
    const { socket } = exchange.request;
    const { response } = exchange;
    if (this.closing.aborted) response.shouldKeepAlive = false;
    this.#connections.set(socket, exchange);
    response.once('close', () => {
      if (this.#connections.get(socket) !== exchange) return;
      this.#connections.set(socket, undefined);
      if (this.closing.aborted) socket.destroySoon();
    });
  }

  #destroyAll(): void {
    for (const socket of this.#connections.keys()) (socket as Socket).destroy();
  }
}
