import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa, { type Context } from 'koa';
import { Router } from 'koa-router';
import type { NodeFace } from '../node/node-face.js';
import { errorsToJson, HttpError } from './errors-to-json.js';
import { sameOrigin, servesNow } from './guards.js';
import { httpDefaults, type HttpOptions } from './http-options.js';
import { HttpServer } from './http-server.js';
import { lingerAfterRefusal } from './linger.js';
import { ownPage } from './own-page.js';
import { metricsOf, type Metrics } from './request-metrics.js';
import { readTarget } from './request-target.js';
import { eventRoutes } from './routes/events.js';
import { fileRoutes } from './routes/files.js';
import { healthRoutes } from './routes/health.js';
import { metricsRoutes } from './routes/metrics.js';
import { pageRoutes } from './routes/page.js';
import { ringRoutes } from './routes/ring.js';

/** The public face of a node. It listens nowhere yet: `listen` it, or hand it connections with `emit('connection', socket)`; end it with `closeGracefully`. */
export function createHttpServer(node: NodeFace, options: Partial<HttpOptions> = {}): HttpServer {
  const settings: HttpOptions = { ...httpDefaults, ...options };
  const server = new HttpServer(settings);
  const answer = application(node, settings, server.closing).callback();
  // A request that asks before it sends its body comes by another event; whether to go on is decided where the body is read.
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => void answer(request, response));
  }
  return server;
}

function application(node: NodeFace, options: HttpOptions, closing: AbortSignal): Koa {
  const app = new Koa();
  const metrics = metricsOf(node);
  app.silent = true;
  app.use(metrics.measure);
  app.use(lingerAfterRefusal);
  app.use(errorsToJson(node.log));
  app.use(readTarget);
  app.use(servesNow(node));
  app.use(sameOrigin);
  app.use(routes(node, options, closing, metrics).routes());
  app.use(refuseUnrouted);
  return app;
}

function routes(node: NodeFace, options: HttpOptions, closing: AbortSignal, metrics: Metrics): Router {
  const router = new Router({ strict: true, sensitive: true });
  fileRoutes(router, { node, options });
  router.use(ownPage());
  ringRoutes(router, node);
  healthRoutes(router, node);
  eventRoutes(router, { node, options, closing });
  metricsRoutes(router, metrics);
  pageRoutes(router, node);
  return router;
}

/** What no route took: the path is none, or the method does not fit it. */
function refuseUnrouted(context: Context): void {
  const { matched } = context as { readonly matched?: readonly { readonly methods: readonly string[] }[] };
  const methods = new Set((matched ?? []).flatMap((layer) => layer.methods));
  if (methods.size === 0 && context.req.url !== '*') throw new HttpError('no-such-route', 'there is nothing at this path');
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (context.method !== 'OPTIONS') throw new HttpError('method-not-allowed', `this path knows ${allow}`, { Allow: allow });
  context.set('Allow', allow);
  context.status = 204;
}
