import type { Context, Next } from 'koa';
import { HttpError } from './errors-to-json.js';

/**
 * Brings the request's target into its usual form, `/path?query` in ASCII, and refuses what is none: RFC 9112, section 3.2.
 * Nothing is decoded or normalised here.
 */
export async function readTarget(context: Context, next: Next): Promise<void> {
  const { req: request } = context;
  if (request.httpVersion === '1.1' && request.headers.host === undefined) throw new HttpError('bad-request', 'the request has no Host');
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
  // Many clients send UTF-8 as it is. Node hands bytes on as Latin-1: each such character is one byte.
  const ascii = target.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  if (ascii.includes('#')) return undefined;
  if (ascii === '*' || ascii.startsWith('/')) return ascii;
  const absolute = /^https?:\/\/[^/?]*(\/[^?]*)?(\?.*)?$/i.exec(ascii);
  return absolute === null ? undefined : (absolute[1] ?? '/') + (absolute[2] ?? '');
}
