import { headers } from '@coring/protocol';
import type { Context, Middleware, Next } from 'koa';
import { isLoopback, readAddress } from '../node/address.js';
import type { NodeFace } from '../node/node-face.js';

/** What a browser lets a page of another origin read of an answer, beside the plainest, and send with a request. */
const READ = [headers.copies, headers.grade, headers.nodes, headers.version, headers.epoch, headers.hops, headers.conflicts, headers.state, headers.reprDigest, 'ETag', 'Content-Range', 'Content-Disposition', 'Retry-After'];
const SENT = [headers.require, headers.requireCopies, headers.resolve, headers.idempotencyKey, headers.reprDigest, 'Content-Digest', 'Content-Type', 'If-Match', 'If-None-Match', 'If-Range', 'Range', 'Last-Event-ID'];
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];
/** How long a browser need not ask again whether it may send a request, in seconds. */
const ASK_AGAIN_S = 600;

/** Whether a request comes from a page of this very node, as the browser reaches it. `null` is the origin of pages that have none. */
export function isOwnOrigin({ origin, host }: Context['req']['headers']): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Whether an origin is that of a node of the ring that has not left it. On one machine `localhost` is as good as its address. */
export function isOriginOfRing(node: NodeFace, origin: string): boolean {
  if (!node.isReady || !origin.startsWith('http://')) return false;
  return node.ring().nodes.some(({ address, state }) => state !== 'left' && originsOf(address).includes(origin));
}

/**
 * Lets pages of the ring's other nodes read what is answered, so that a page goes on at another node when its own is gone. Every answer says that it
 * depends on the origin, and nothing is ever sent along that the page did not send itself: https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function shareWithRing(node: NodeFace): Middleware {
  return async (context: Context, next: Next): Promise<void> => {
    const { origin } = context.req.headers;
    const isShared = origin !== undefined && !isOwnOrigin(context.req.headers) && isOriginOfRing(node, origin);
    const share = (): void => {
      if (context.res.headersSent) return;
      context.vary('Origin');
      if (isShared) context.set(fieldsFor(context, origin));
    };
    share();
    await next();
    // An error has begun its answer anew.
    share();
  };
}

function fieldsFor({ method, req }: Context, origin: string): Record<string, string> {
  const shared = { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': READ.join(', ') };
  if (method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return shared;
  return {
    ...shared,
    'Access-Control-Allow-Methods': METHODS.join(', '),
    'Access-Control-Allow-Headers': SENT.join(', '),
    'Access-Control-Max-Age': String(ASK_AGAIN_S),
  };
}

/** As browsers write them. */
function originsOf(address: string): string[] {
  const { host = '', port = 0 } = readAddress(address) ?? {};
  const urls = [`http://${address}`, ...(isLoopback(host) ? [`http://localhost:${port}`] : [])];
  return urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
}
