import type { IncomingHttpHeaders } from 'node:http';
import type { Conditions } from '../../ring/index.js';
import { type EntityTag, etagOf, parseEtags } from './etags.js';

/** The content whose conditions are weighed. */
export interface Validators {
  readonly digest: string;
  readonly modifiedMs: number;
}

/**
 * The conditions of a change as the ring evaluates them, in the round itself. Weak tags never match in If-Match (RFC 9110, section 13.1.1);
 * a tag that is no digest names nothing that was ever here.
 * @throws HttpError `bad-header`
 */
export function changeConditions(headers: IncomingHttpHeaders): Conditions {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: digestsOf(parseEtags(ifMatch, 'If-Match'), false) }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: digestsOf(parseEtags(ifNoneMatch, 'If-None-Match'), true) }),
  };
}

function digestsOf(tags: readonly EntityTag[] | '*', weakMatches: boolean): readonly string[] | '*' {
  if (tags === '*') return tags;
  return tags.filter(({ weak, tag }) => (weakMatches || !weak) && /^[0-9a-f]{64}$/.test(tag)).map(({ tag }) => tag);
}

/**
 * What a GET or HEAD of present content comes to: RFC 9110, section 13.2.2, in its order.
 * @throws HttpError `bad-header`
 */
export function weighRead(headers: IncomingHttpHeaders, current: Validators): 'serve' | 'not-modified' | 'precondition-failed' {
  const { ifMatch, ifNoneMatch } = changeConditions(headers);
  if (ifMatch !== undefined) {
    if (ifMatch !== '*' && !ifMatch.includes(current.digest)) return 'precondition-failed';
  } else if (modifiedSince(headers['if-unmodified-since'], current.modifiedMs) === true) {
    return 'precondition-failed';
  }
  // Cache-Control: no-cache of a request is meant for caches on the way: the origin evaluates its conditions all the same.
  if (ifNoneMatch !== undefined) return ifNoneMatch === '*' || ifNoneMatch.includes(current.digest) ? 'not-modified' : 'serve';
  return modifiedSince(headers['if-modified-since'], current.modifiedMs) === false ? 'not-modified' : 'serve';
}

/** Whether content of that time was modified after the date of a header; undefined where there is no date, or none that can be read (RFC 9110, section 13.1.3). */
export function modifiedSince(date: string | undefined, modifiedMs: number): boolean | undefined {
  const dateMs = parseHttpDate(date);
  return Number.isNaN(dateMs) ? undefined : wholeSeconds(modifiedMs) > dateMs;
}

/** Whether a Range may be served: an If-Range that names other content asks for the whole instead (RFC 9110, section 13.1.5). */
export function rangeApplies(ifRange: string, current: Validators): boolean {
  const value = ifRange.trim();
  if (value === '') return true;
  return value === etagOf(current.digest) || value === httpDate(current.modifiedMs);
}

const INTERNET_DATE = /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d) \d\d:\d\d:\d\d GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** In milliseconds since 1970, from any of the three forms of RFC 9110, section 5.6.7; NaN for what is none of them, which is to be ignored. */
export function parseHttpDate(date = ''): number {
  if (INTERNET_DATE.test(date)) return Date.parse(date);
  return ASCTIME_DATE.test(date) ? Date.parse(`${date} GMT`) : NaN;
}

export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** HTTP dates have no parts of a second. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
