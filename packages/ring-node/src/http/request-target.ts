import type { Context, Next } from 'koa';
import { HttpError } from './errors-to-json.js';

/**
 * Brings the request's target into its usual form, `/path?query`, and refuses what is none: RFC 9112, section 3.2.
 * Nothing is decoded or normalised here.
 */
export async function readTarget(context: Context, next: Next): Promise<void> {
  const { req: request } = context;
  if (request.httpVersion === '1.1' && request.headers.host === undefined) throw new HttpError('bad-request', 'the request has no Host');
  // RFC 9110, section 10.1.1: who speaks HTTP/1.0 does not know 100.
  if (request.httpVersion === '1.0') delete request.headers.expect;
  if (request.headers.expect !== undefined && !expectsContinue(request.headers.expect)) {
    throw new HttpError('bad-header', 'the only expectation that can be met is 100-continue');
  }
  const target = originForm(request.url ?? '');
  if (target === undefined) throw new HttpError('bad-request', 'the request is for no path of this server');
  request.url = target;
  await next();
}

export function expectsContinue(expect: string | undefined): boolean {
  return expect?.trim().toLowerCase() === '100-continue';
}

/** The path as it was sent, without the query. */
export function rawPath(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

/** `*` stays as it is; undefined for what is no target. */
export function originForm(target: string): string | undefined {
  if (target.includes('#')) return undefined;
  if (target === '*' || target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?]*(\/[^?]*)?(\?.*)?$/i.exec(target);
  return absolute === null ? undefined : (absolute[1] ?? '/') + (absolute[2] ?? '');
}
