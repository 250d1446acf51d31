import { paths } from '@coring/protocol';
import type { Context, Middleware, Next } from 'koa';
import type { NodeFace } from '../node/node-face.js';
import { HttpError } from './errors-to-json.js';
import { isOriginOfRing, isOwnOrigin } from './origins.js';
import { rawPath } from './request-target.js';

const changesNothing: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const alwaysAnswered: ReadonlySet<string> = new Set([paths.healthz, paths.readyz]);
const answeredBeforeJoined: ReadonlySet<string> = new Set([...alwaysAnswered, paths.page, paths.metrics, paths.events]);

/** Refuses what a node that is stopping, or has not joined yet, cannot do. */
export function servesNow(node: NodeFace): Middleware {
  return async (context: Context, next: Next): Promise<void> => {
    const path = rawPath(context.req.url!);
    if (node.isStopping) {
      context.set('Connection', 'close');
      if (!alwaysAnswered.has(path)) throw new HttpError('stopping', 'this node is stopping');
    } else if (!node.isReady && !answeredBeforeJoined.has(path) && !path.startsWith(paths.pageFiles)) {
      throw new HttpError('not-joined', 'this node has not joined its ring yet');
    }
    await next();
    if (node.isStopping && !context.res.headersSent) context.set('Connection', 'close');
  };
}

/** A page of somewhere else must not change anything here through its reader's browser: the browser says where it came from. */
export function ownOrigins(node: NodeFace): Middleware {
  return async (context: Context, next: Next): Promise<void> => {
    const { origin } = context.req.headers;
    if (!changesNothing.has(context.method) && origin !== undefined && !isOwnOrigin(context.req.headers) && !isOriginOfRing(node, origin)) {
      throw new HttpError('forbidden-origin', 'pages of another origin may not change anything here');
    }
    await next();
  };
}
