import type { ClientAnswer } from '../../ring/index.js';
import { receiptHeaders } from '../answer-file.js';
import { HttpError } from '../errors-to-json.js';

/** The refusal that an answer of the ring stands for: failed, absent, or one that does not fit what was asked. */
export function refusalOf(answer: ClientAnswer): HttpError {
  if (answer.type === 'failed') return new HttpError(answer.code, answer.message, receiptHeaders(answer.receipt));
  if (answer.type === 'absent') return new HttpError('not-found', 'there is no such file', receiptHeaders(answer.receipt));
  return new HttpError('internal', `the ring answered ${answer.type}`);
}
