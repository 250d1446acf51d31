import { NAME_BYTES_MAX, utf8Length } from '@coring/protocol';
import { HttpError } from '../errors-to-json.js';

const LIMIT_MAX = 1000;

/** Which names a query asks for: `?prefix=&after=&limit=`. @throws HttpError `bad-request` */
export function rangeOf(query: URLSearchParams): { readonly prefix: string; readonly after: string; readonly limit: number } {
  return { prefix: boundOf(query, 'prefix'), after: boundOf(query, 'after'), limit: limitOf(query, LIMIT_MAX) };
}

function boundOf(query: URLSearchParams, key: 'prefix' | 'after'): string {
  const text = query.get(key) ?? '';
  if (utf8Length(text) > NAME_BYTES_MAX) throw new HttpError('bad-request', `${key} is longer than ${NAME_BYTES_MAX} bytes`);
  return text;
}

/** `?limit=`, from 1 to 1000. @throws HttpError `bad-request` */
export function limitOf(query: URLSearchParams, otherwise: number): number {
  const text = query.get('limit');
  if (text === null) return otherwise;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX) throw new HttpError('bad-request', `limit is a number from 1 to ${LIMIT_MAX}`);
  return limit;
}
