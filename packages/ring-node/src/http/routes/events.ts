import type { ServerResponse } from 'node:http';
import { paths } from '@coring/protocol';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import type { RingEvent } from '../../ring/index.js';
import type { HttpOptions } from '../http-options.js';
import { queryOf } from '../request-target.js';

/** How long a watcher that lost its connection waits before it comes back, in milliseconds. */
const RETRY_MS = 1000;

interface WatchSurroundings {
  readonly node: NodeFace;
  readonly options: HttpOptions;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** What happens on this node, as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function eventRoutes(router: Router, surroundings: WatchSurroundings): void {
  router.get(paths.events, (context) => {
    context.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    context.status = 200;
    if (context.method === 'HEAD') return;
    context.respond = false;
    watch(context.res, lastSeen(context), surroundings);
  });
}

function watch(response: ServerResponse, last: number | undefined, { node, options, closing }: WatchSurroundings): void {
  const tell = (text: string): void => {
    // Who does not read as fast as things happen is cut; it comes back with the number of the last event that it has.
    if (response.writableLength > options.watcherBytesMax) response.destroy();
    else response.write(text);
  };
  const end = (): void => void response.end();
  const heartbeat = setInterval(() => tell(': still here\n\n'), options.heartbeatMs);
  tell(`retry: ${RETRY_MS}\n\n`);
  for (const { event, number } of missed(node, last)) tell(format(event, number));
  const unwatch = node.watch((event, number) => tell(format(event, number)));
  closing.addEventListener('abort', end);
  response.once('close', () => {
    clearInterval(heartbeat);
    unwatch();
    closing.removeEventListener('abort', end);
  });
  if (closing.aborted) end();
}

/** The number of the last event that the watcher has. */
function lastSeen(context: Context): number | undefined {
  const text = context.get('Last-Event-ID') || queryOf(context.req.url!).get('lastEventId');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** What it missed, as far as that is remembered. A number from the future is of an earlier life of this node: everything since is news. */
function missed(node: NodeFace, last: number | undefined): ReturnType<NodeFace['recentEvents']> {
  if (last === undefined) return [];
  const recent = node.recentEvents();
  const newest = recent.at(-1)?.number ?? 0;
  return last > newest ? recent : recent.filter(({ number }) => number > last);
}

function format(event: RingEvent, number: number): string {
  return `id: ${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
