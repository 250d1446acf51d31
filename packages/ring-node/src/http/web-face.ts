import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeFace } from '../node/node-face.js';
import type { Answers, Purpose } from './answers.js';
import { httpDefaults, type HttpOptions } from './http-options.js';
import { HttpServer } from './http-server.js';
import { RequestTally } from './request-tally.js';
import { ShortCut } from './short-cut/short-cut.js';
import { Traffic } from '../node/traffic.js';

/** Where so many requests of a connection wait for the one before them, it is not read on. */
const WAITING_MAX = 100;

/** The public face of a node. It listens nowhere: somebody else's listener hands it connections. */
export interface WebFace {
  /** Serves every connection that asks for more than plain reads. */
  readonly server: HttpServer;
  /** Of all clients' connections, open and closed. */
  readonly traffic: Traffic;
  /** Takes a paused connection, with whatever was put back into it, to its end. */
  accept(socket: Socket, purpose?: Purpose): void;
  /** Takes no more requests, lets those under way finish for at most `graceMs`, closes idle connections at once. Resolves when none is left. */
  closeGracefully(graceMs: number): Promise<void>;
}

export function createWebFace(node: NodeFace, options: Partial<HttpOptions> = {}): WebFace {
  const settings: HttpOptions = { ...httpDefaults, ...options };
  const tally = new RequestTally();
  const traffic = new Traffic();
  const purposes = new WeakMap<Socket, Purpose>();
  const server = serverFor(node, { options: settings, tally, traffic, purposes });
  const shortCut = new ShortCut(node, tally, settings);
  const serve = (socket: Socket): void => {
    server.emit('connection', socket);
    socket.resume();
  };
  return {
    server,
    traffic,
    accept: (socket, purpose = 'all') => {
      traffic.add(socket);
      purposes.set(socket, purpose);
      // Clients connect ahead of their requests: time for a header runs from its first byte.
      shortCut.take(socket, purpose === 'all', serve);
    },
    closeGracefully: (graceMs) => server.closeGracefully(graceMs, shortCut.closeGracefully(graceMs)),
  };
}

interface Serving {
  readonly options: HttpOptions;
  readonly tally: RequestTally;
  readonly traffic: Traffic;
  /** What each connection is for. */
  readonly purposes: WeakMap<Socket, Purpose>;
}

/** All of HTTP. */
function serverFor(node: NodeFace, { options, tally, traffic, purposes }: Serving): HttpServer {
  const server = new HttpServer(options);
  let answers: Promise<Answers> | undefined;
  const turns = new WeakMap<Socket, Promise<void>>();
  const waiting = new WeakMap<Socket, number>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request;
    const before = turns.get(socket);
    turns.set(socket, new Promise((resolve) => void response.once('close', resolve)));
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
    if (waiting.get(socket) === WAITING_MAX) socket.on('resume', stayPaused).pause();
    // The application is most of what a node loads: the first request brings it in, the start need not wait for it.
    answers ??= import('./answers.js').then(({ createAnswers }) => createAnswers(node, { options, closing: server.closing, tally, traffic }));
    const serve = (await answers)[purposes.get(socket) ?? 'all'];
    // A connection's requests are served one after the other: a change must not overtake the one before it, nor answers that nobody reads pile up (RFC 9112, section 9.3.2).
    await before;
    waiting.set(socket, waiting.get(socket)! - 1);
    if (waiting.get(socket) === WAITING_MAX - 1) socket.off('resume', stayPaused).resume();
    if (socket.writable) serve(request, response);
  };
  // A request that asks before it sends its body comes by another event; whether to go on is decided where the body is read.
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => void answer(request, response));
  }
  return server;
}

/** The HTTP server resumes a connection after each request. */
function stayPaused(this: Socket): void {
  this.pause();
}
