import { lingerAfter } from '@coring/services';
import type { Context, Next } from 'koa';

/** Bounds what comes after an answer that was given before the body was read. */
export async function lingerAfterRefusal(context: Context, next: Next): Promise<void> {
  lingerAfter(context.req, context.res);
  await next();
}
