import { paths } from '@coring/protocol';
import { echoRequest } from '@coring/services';
import type { Router } from 'koa-router';
import type { HttpOptions } from '../http-options.js';

/** Sends the body of a request back, whatever its method. */
export function echoRoutes(router: Router, { echoBytesMax, uploadIdleMs, stalledMs }: HttpOptions): void {
  router.all(paths.echo, async (context) => {
    await echoRequest(context.req, context.res, { bytesMax: echoBytesMax, idleMs: uploadIdleMs, stalledMs });
    context.respond = false;
  });
}
