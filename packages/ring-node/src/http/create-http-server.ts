import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeFace } from '../node/node-face.js';
import { httpDefaults, type HttpOptions } from './http-options.js';
import { HttpServer } from './http-server.js';
import { RequestTally } from './request-tally.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The public face of a node. It listens nowhere yet: `listen` it, or hand it connections with `emit('connection', socket)`; end it with `closeGracefully`. */
export function createHttpServer(node: NodeFace, options: Partial<HttpOptions> = {}): HttpServer {
  const settings: HttpOptions = { ...httpDefaults, ...options };
  const server = new HttpServer(settings);
  const tally = new RequestTally();
  let application: Promise<Answer> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The application is most of what a node loads: the first request brings it in, the start need not wait for it.
    application ??= import('./app.js').then(({ createApplication }) => createApplication(node, settings, server.closing, tally).callback());
    await (await application)(request, response);
  };
  // A request that asks before it sends its body comes by another event; whether to go on is decided where the body is read.
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => void answer(request, response));
  }
  return server;
}
