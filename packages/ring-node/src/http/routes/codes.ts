import { paths } from '@coring/protocol';
import { answerCode, showMessages, takeMessage } from '@coring/services';
import type { Context } from 'koa';
import type { Router } from 'koa-router';
import { rarely } from '../../node/rarely.js';
import type { HttpOptions } from '../http-options.js';
import type { CodeServices } from '../own/code-services.js';
import { queryOf } from '../request-target.js';
import { goneSignal } from '../send-file.js';

/** How often the log is looked through for all that follow it, in milliseconds, at most. */
const LOOK_EVERY_MS = 1_000;

interface Surroundings {
  readonly services: CodeServices;
  readonly options: HttpOptions;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** Unique codes, and the log of messages of those that have one. */
export function codeRoutes(router: Router, { services, options, closing }: Surroundings): void {
  const { uploadIdleMs: idleMs, stalledMs, heartbeatMs } = options;
  const { codes, log, keySpreader } = services;
  const limits = { bytesMax: options.messageBytesMax, idleMs };
  const look = rarely(LOOK_EVERY_MS, () => log.entries());

  router.get(paths.codes, async (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = { ready: await codes.isReady() };
  });
  router.post(paths.codes, async (context) => {
    await answerCode(codes, context.req, context.res, limits);
    context.respond = false;
    keySpreader.spread();
  });
  router.get(paths.messages, async (context) => {
    const follow = queryOf(context.req.url!).has('follow');
    const signal = AbortSignal.any([closing, goneSignal(context.res)]);
    await showMessages(log, context.req, context.res, { as: shapeFor(context), follow, look, signal, stalledMs, heartbeatMs });
    context.respond = false;
  });
  router.post(paths.messages, async (context) => {
    await takeMessage(log, context.req, context.res, limits);
    context.respond = false;
  });
}

/** Lines for who asks for text, or for `?lines`. */
function shapeFor(context: Context): 'json' | 'lines' {
  const wanted = context.accepts('application/json', 'application/x-ndjson', 'text/plain');
  return queryOf(context.req.url!).has('lines') || (wanted !== 'application/json' && wanted !== false) ? 'lines' : 'json';
}
