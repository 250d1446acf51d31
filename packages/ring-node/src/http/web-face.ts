import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeFace } from '../node/node-face.js';
import { httpDefaults, type HttpOptions } from './http-options.js';
import { HttpServer } from './http-server.js';
import { RequestTally } from './request-tally.js';
import { ShortCut } from './short-cut/short-cut.js';
import { Traffic } from '../node/traffic.js';

/** The public face of a node. It listens nowhere: somebody else's listener hands it connections. */
export interface WebFace {
  /** Serves every connection that asks for more than plain reads. */
  readonly server: HttpServer;
  /** Takes a paused connection, with whatever was put back into it, to its end. */
  accept(socket: Socket): void;
  /** Takes no more requests, lets those under way finish for at most `graceMs`, closes idle connections at once. Resolves when none is left. */
  closeGracefully(graceMs: number): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createWebFace(node: NodeFace, options: Partial<HttpOptions> = {}): WebFace {
  const settings: HttpOptions = { ...httpDefaults, ...options };
  const tally = new RequestTally();
  const traffic = new Traffic();
  const server = serverFor(node, settings, tally, traffic);
  const shortCut = new ShortCut(node, tally, settings);
  const serve = (socket: Socket): void => {
    server.emit('connection', socket);
    socket.resume();
  };
  return {
    server,
    accept: (socket) => {
      traffic.add(socket);
      shortCut.take(socket, serve);
    },
    closeGracefully: (graceMs) => server.closeGracefully(graceMs, shortCut.closeGracefully(graceMs)),
  };
}

/** All of HTTP. */
function serverFor(node: NodeFace, options: HttpOptions, tally: RequestTally, traffic: Traffic): HttpServer {
  const server = new HttpServer(options);
  let application: Promise<Answer> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The application is most of what a node loads: the first request brings it in, the start need not wait for it.
    application ??= import('./app.js').then(({ createApplication }) => createApplication(node, { options, closing: server.closing, tally, traffic }).callback());
    await (await application)(request, response);
  };
  // A request that asks before it sends its body comes by another event; whether to go on is decided where the body is read.
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => void answer(request, response));
  }
  return server;
}
