import type { Context, Middleware, Next } from 'koa';
import type { RequestTally } from './request-tally.js';

/** Counts and times every request, from its arrival until its answer is out or its client gone. */
export function measure(tally: RequestTally): Middleware {
  return async (context: Context, next: Next): Promise<void> => {
    const startMs = performance.now();
    context.res.once('close', () => {
      const status = context.res.writableFinished ? String(context.res.statusCode) : 'gone';
      tally.count(routeOf(context), context.method, status, (performance.now() - startMs) / 1000);
    });
    await next();
  };
}

function routeOf(context: Context): string {
  const { _matchedRoute: route } = context as { readonly _matchedRoute?: unknown };
  return typeof route === 'string' ? route : 'none';
}
