import type { IncomingHttpHeaders } from 'node:http';
import { extname } from 'node:path/posix';
import { formatStamp } from '@coring/protocol';
import type { Context } from 'koa';
import mime from 'mime-types';
import { receiptHeaders, validatorHeaders } from '../answer-file.js';
import { HttpError } from '../errors-to-json.js';
import { etagOf } from '../fields/etags.js';
import { goneSignal } from '../send-file.js';
import { takeUpload } from '../upload.js';
import { keyOf, operationId, requiredCopies, requiresStrong, resolved } from '../fields/wishes.js';
import { conditionsOf } from './change-conditions.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

/** Takes the body in, whole, then asks the ring to make it the file of that name. A large one goes on to other nodes while it comes in. */
export async function putFile(context: Context, name: string, surroundings: FileSurroundings): Promise<void> {
  const { node, options } = surroundings;
  const { headers } = context.req;
  const wish = wishOf(name, headers);
  const signal = goneSignal(context.res);
  const conditions = await conditionsOf(wish, headers, surroundings, signal);
  const upload = await takeUpload(name, context.req, context.res, node, options);
  const opId = operationId(headers, 'PUT', name, upload.digest);
  const answer = await node.request({ ...wish, ...upload, opId, conditions, deadlineMs: options.deadlineMs }, signal);
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
  // One that makes no sense is refused before any of the body is taken in.
  keyOf(headers);
  return {
    op: 'put' as const,
    name,
    contentType: contentTypeOf(name, headers['content-type']),
    requireStrong: requiresStrong(headers),
    ...resolved(headers),
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
