import type { IncomingHttpHeaders } from 'node:http';
import fresh from 'fresh';
import type { Conditions } from '../ring/index.js';
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
  } else if (modifiedSince(headers['if-unmodified-since'], current.modifiedMs)) {
    return 'precondition-failed';
  }
  if (ifNoneMatch === '*') return 'not-modified';
  // Heeds a reader who asks to reload, too (Cache-Control: no-cache).
  return fresh(headers, { etag: etagOf(current.digest), 'last-modified': httpDate(current.modifiedMs) }) ? 'not-modified' : 'serve';
}

/** Whether content of that time was modified after the date of an If-Unmodified-Since header; a date that is none counts as absent. */
export function modifiedSince(date: string | undefined, modifiedMs: number): boolean {
  if (date === undefined) return false;
  const dateMs = Date.parse(date);
  return !Number.isNaN(dateMs) && wholeSeconds(modifiedMs) > dateMs;
}

/** Whether a Range may be served: an If-Range that names other content asks for the whole instead (RFC 9110, section 13.1.5). */
export function rangeApplies(ifRange: string, current: Validators): boolean {
  const value = ifRange.trim();
  if (value === '') return true;
  return value === etagOf(current.digest) || value === httpDate(current.modifiedMs);
}

export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** HTTP dates have no parts of a second. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
