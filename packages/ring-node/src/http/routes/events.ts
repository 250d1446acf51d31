import { paths } from '@coring/protocol';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import { HttpError } from '../errors-to-json.js';
import type { NodeFeed } from '../events/node-feed.js';
import { RingFeed } from '../events/ring-feed.js';
import type { Watchers } from '../events/watchers.js';
import { eventsAsked } from '../fields/events-query.js';

interface WatchSurroundings {
  readonly node: NodeFace;
  readonly nodeFeed: NodeFeed;
  readonly watchers: Watchers;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** What happens at this node, or with `?ring` at every node, as server-sent events. docs/events.md lists them. */
export function eventRoutes(router: Router, { node, nodeFeed, watchers, closing }: WatchSurroundings): void {
  const ringFeed = new RingFeed(node, nodeFeed, closing);
  router.get(paths.events, (context) => {
    const asked = eventsAsked(context);
    if (asked.ofRing && !node.isReady) throw new HttpError('not-joined', 'this node has not joined its ring yet');
    watchers.checkRoom();
    context.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    context.status = 200;
    if (context.method === 'HEAD') return;
    context.respond = false;
    watchers.add(context.res, asked.ofRing ? ringFeed : nodeFeed, asked);
  });
}
