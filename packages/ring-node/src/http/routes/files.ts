import { nameFromPath, paths } from '@coring/protocol';
import type { Context } from 'koa';
import type Router from 'koa-router';
import type { NodeFace } from '../../node/node-face.js';
import type { ClientAnswer, Receipt } from '../../ring/index.js';
import { receiptHeaders } from '../answer-file.js';
import { HttpError, type HeaderFields } from '../errors-to-json.js';
import type { HttpOptions } from '../http-options.js';
import { rawPath } from '../request-target.js';
import { deleteFile } from './delete-file.js';
import { getFile } from './get-file.js';
import { listFiles } from './list-files.js';
import { putFile } from './put-file.js';

/** What the routes of files work with. */
export interface FileSurroundings {
  readonly node: NodeFace;
  readonly options: HttpOptions;
}

/** `/files/` lists, `/files/NAME` is a file. */
export function fileRoutes(router: Router, surroundings: FileSurroundings): void {
  router.get(paths.files, (context) => listFiles(context, surroundings));
  router.get(`${paths.files}*name`, (context) => getFile(context, nameOf(context), surroundings));
  router.put([paths.files, `${paths.files}*name`], (context) => putFile(context, nameOf(context), surroundings));
  router.delete([paths.files, `${paths.files}*name`], (context) => deleteFile(context, nameOf(context), surroundings));
}

/** Decoded once from the raw path: what the router took for a parameter may be decoded and is not looked at. */
function nameOf(context: Context): string {
  const named = nameFromPath(rawPath(context.req.url!), paths.files);
  if ('fault' in named) throw new HttpError('bad-name', named.fault);
  return named.name;
}

/** The refusal that an answer of the ring stands for: failed, absent, or one that does not fit what was asked. */
export function refusalOf(answer: ClientAnswer): HttpError {
  if (answer.type === 'failed') return new HttpError(answer.code, answer.message, receiptHeaders(answer.receipt));
  if (answer.type === 'absent') return notFound(answer.receipt);
  return new HttpError('internal', `the ring answered ${answer.type}`);
}

export function notFound(receipt: Receipt, more: HeaderFields = {}): HttpError {
  return new HttpError('not-found', 'there is no such file', { ...receiptHeaders(receipt), ...more });
}
