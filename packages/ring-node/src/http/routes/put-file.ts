import type { IncomingHttpHeaders } from 'node:http';
import { extname } from 'node:path/posix';
import { formatStamp } from '@coring/protocol';
import type { Context } from 'koa';
import mime from 'mime-types';
import type { NewRequest } from '../../node/node-face.js';
import type { Conditions } from '../../ring/index.js';
import { receiptHeaders, validatorHeaders } from '../answer-file.js';
import { changeConditions, modifiedSince } from '../conditions.js';
import { HttpError } from '../errors-to-json.js';
import { etagOf } from '../etags.js';
import { goneSignal } from '../send-file.js';
import { takeUpload } from '../upload.js';
import { operationId, requiredCopies, requiresStrong } from '../wishes.js';
import { type FileSurroundings, refusalOf } from './files.js';

/** Takes the body in, whole, then asks the ring to make it the file of that name. */
export async function putFile(context: Context, name: string, { node, options }: FileSurroundings): Promise<void> {
  const { headers } = context.req;
  const wish = wishOf(name, headers);
  const signal = goneSignal(context.res);
  const conditions = await conditionsOf(wish, headers, (request) => node.request(request, signal), options.deadlineMs);
  const { staging, size, digest } = await takeUpload(context.req, context.res, () => node.stage(), options);
  const upload = { token: staging.token, size, digest, conditions, deadlineMs: options.deadlineMs };
  const answer = await node.request({ ...wish, ...upload }, signal);
  if (answer.type !== 'stored') throw refusalOf(answer);
  const { value, receipt, created, enough } = answer;
  context.status = enough ? (created ? 201 : 200) : 202;
  context.set({ ...receiptHeaders(receipt, value), ...validatorHeaders(value) });
  context.body = { name, size: value.size, version: formatStamp(value.version), etag: etagOf(value.digest) };
}

/** All that can be refused before a byte of the body is read. @throws HttpError `bad-header` */
function wishOf(name: string, headers: IncomingHttpHeaders) {
  if (headers['content-range'] !== undefined) throw new HttpError('bad-header', 'a part of a file cannot be put: RFC 9110, section 14.5');
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') throw new HttpError('bad-header', 'content codings are not kept: send the file as it is');
  const copies = requiredCopies(headers);
  return {
    op: 'put' as const,
    name,
    contentType: contentTypeOf(name, headers['content-type']),
    opId: operationId(headers, 'PUT', name),
    requireStrong: requiresStrong(headers),
    ...(copies === undefined ? {} : { requireCopies: copies }),
  };
}

/** Given by the client, else guessed from the name. */
function contentTypeOf(name: string, given: string | undefined): string {
  // What curl says of any --data: no file has this type.
  if (given === undefined || given === '' || given === 'application/x-www-form-urlencoded') {
    return mime.contentType(extname(name)) || 'application/octet-stream';
  }
  if (given.length > 255) throw new HttpError('bad-header', 'the Content-Type is longer than 255 characters');
  return given;
}

/**
 * The conditions of a change. A date is turned into the digest of what is current, if that is no younger: the ring then evaluates it in the round
 * itself, like any If-Match.
 */
export async function conditionsOf(
  { name, requireStrong }: { readonly name: string; readonly requireStrong: boolean },
  headers: IncomingHttpHeaders,
  ask: (request: NewRequest) => ReturnType<FileSurroundings['node']['request']>,
  deadlineMs: number,
): Promise<Conditions> {
  const conditions = changeConditions(headers);
  const date = headers['if-unmodified-since'];
  if (date === undefined || conditions.ifMatch !== undefined || Number.isNaN(Date.parse(date))) return conditions;
  const answer = await ask({ op: 'get', name, headOnly: true, requireStrong, deadlineMs });
  // What does not exist has no date: the condition is ignored (RFC 9110, section 13.1.4).
  if (answer.type === 'absent') return conditions;
  if (answer.type !== 'found') throw refusalOf(answer);
  if (modifiedSince(date, answer.value.modifiedMs) === true) {
    throw new HttpError('precondition-failed', 'the file was modified since', { ...receiptHeaders(answer.receipt, answer.value), ...validatorHeaders(answer.value) });
  }
  return { ...conditions, ifMatch: [answer.value.digest] };
}
