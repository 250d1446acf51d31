import type { IncomingHttpHeaders } from 'node:http';
import type { Conditions } from '../../ring/index.js';
import { receiptHeaders, validatorHeaders } from '../answer-file.js';
import { HttpError } from '../errors-to-json.js';
import { changeConditions, modifiedSince, parseHttpDate } from '../fields/conditions.js';
import { keyOf } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

/**
 * The conditions of a change. A date is turned into the digest of what is current, if that is no younger: the ring then evaluates it in the round
 * itself, like any If-Match.
 */
export async function conditionsOf(
  { name, requireStrong }: { readonly name: string; readonly requireStrong: boolean },
  headers: IncomingHttpHeaders,
  { node, options: { deadlineMs } }: FileSurroundings,
  signal: AbortSignal,
): Promise<Conditions> {
  const conditions = changeConditions(headers);
  const date = headers['if-unmodified-since'];
  if (date === undefined || conditions.ifMatch !== undefined || Number.isNaN(parseHttpDate(date))) return conditions;
  const answer = await node.request({ op: 'get', name, headOnly: true, requireStrong, deadlineMs }, signal);
  // What does not exist has no date: the condition is ignored (RFC 9110, section 13.1.4).
  if (answer.type === 'absent') return conditions;
  if (answer.type !== 'found') throw refusalOf(answer);
  if (modifiedSince(date, answer.value.modifiedMs) === true) {
    // What a client repeats may have modified it itself: the ring knows. On no content it is not done.
    if (keyOf(headers) !== undefined) return { ...conditions, ifMatch: [] };
    throw new HttpError('precondition-failed', 'the file was modified since', { ...receiptHeaders(answer.receipt, answer.value), ...validatorHeaders(answer.value) });
  }
  return { ...conditions, ifMatch: [answer.value.digest] };
}
