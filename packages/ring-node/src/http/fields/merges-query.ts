import { nameFault } from '@coring/protocol';
import type { MergesAsked } from '../../node/merge-report.js';
import { HttpError } from '../errors-to-json.js';
import { limitOf } from './list-range.js';

/** Merges told at once where nobody says how many. */
const LIMIT = 100;

/** Which merges a query asks for: `?name=&limit=&before=`. @throws HttpError `bad-request` */
export function mergesAsked(query: URLSearchParams): MergesAsked {
  const name = query.get('name');
  const before = query.get('before');
  const fault = name === null ? undefined : nameFault(name);
  if (fault !== undefined) throw new HttpError('bad-request', fault);
  if (before !== null && !/^\d{15}-\d{12}-[0-9a-f]{32}$/.test(before)) throw new HttpError('bad-request', 'before is the id of a merge, as `next` gives it');
  return { limit: limitOf(query, LIMIT), ...(name === null ? {} : { name }), ...(before === null ? {} : { before }) };
}
