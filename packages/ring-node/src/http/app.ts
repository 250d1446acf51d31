import Koa, { type Context } from 'koa';
import { Router } from 'koa-router';
import type { NodeFace } from '../node/node-face.js';
import { rarely } from '../node/rarely.js';
import type { Traffic } from '../node/traffic.js';
import { errorsToJson, HttpError } from './errors-to-json.js';
import { ownOrigins, servesNow } from './guards.js';
import { NodeFeed } from './events/node-feed.js';
import { Watchers } from './events/watchers.js';
import type { HttpOptions } from './http-options.js';
import { lingerAfterRefusal } from './linger.js';
import { measure } from './measure.js';
import { shareWithRing } from './origins.js';
import type { CodeServices } from './own/code-services.js';
import { ownPage } from './own-page.js';
import type { RequestTally } from './request-tally.js';
import { readTarget } from './request-target.js';
import { countCopies } from './ring/copies.js';
import { codeRoutes } from './routes/codes.js';
import { echoRoutes } from './routes/echo.js';
import { eventRoutes } from './routes/events.js';
import { fileRoutes } from './routes/files.js';
import { healthRoutes } from './routes/health.js';
import { metricsRoutes } from './routes/metrics.js';
import { pageRoutes } from './routes/page.js';
import { ringRoutes } from './routes/ring.js';

/** How often copies are counted at most, in milliseconds. */
const COPIES_EVERY_MS = 5_000;

export interface Surroundings {
  readonly options: HttpOptions;
  /** Aborted when the server closes: streams without an end stop then. */
  readonly closing: AbortSignal;
  readonly tally: RequestTally;
  readonly traffic: Traffic;
  readonly codes: CodeServices;
}

/** What answers every request. */
export function createApplication(node: NodeFace, surroundings: Surroundings): Koa {
  const app = new Koa();
  app.silent = true;
  app.use(measure(surroundings.tally));
  app.use(lingerAfterRefusal);
  app.use(shareWithRing(node));
  app.use(errorsToJson(node.log));
  app.use(readTarget);
  app.use(servesNow(node));
  app.use(ownOrigins(node));
  app.use(routes(node, surroundings).routes());
  app.use(refuseUnrouted);
  return app;
}

function routes(node: NodeFace, { options, closing, tally, traffic, codes }: Surroundings): Router {
  const watchers = new Watchers(options, closing);
  const copies = rarely(COPIES_EVERY_MS, () => countCopies(node));
  const router = new Router({ strict: true, sensitive: true });
  fileRoutes(router, { node, options });
  echoRoutes(router, options);
  router.use(ownPage());
  ringRoutes(router, node, copies, options);
  healthRoutes(router, node);
  codeRoutes(router, { services: codes, options, closing });
  eventRoutes(router, { node, nodeFeed: new NodeFeed(node, tally, traffic), watchers, closing });
  metricsRoutes(router, node, { tally, traffic, watchers, copies });
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
