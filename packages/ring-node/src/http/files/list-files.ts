import { type FileVersion, formatStamp, headers as fields, type ListBody, type ListedFile, NAME_BYTES_MAX, utf8Length } from '@coring/protocol';
import type { Context } from 'koa';
import { HttpError } from '../errors-to-json.js';
import { etagOf } from '../fields/etags.js';
import { queryOf } from '../request-target.js';
import { goneSignal } from '../send-file.js';
import { requiresStrong } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

const LIMIT_MAX = 1000;

/** A page of the names that begin with `prefix` and come after `after`, in the order of their UTF-8 bytes. */
export async function listFiles(context: Context, { node, options }: FileSurroundings): Promise<void> {
  const query = queryOf(context.req.url!);
  const range = { prefix: boundOf(query, 'prefix'), after: boundOf(query, 'after'), limit: limitOf(query) };
  const requireStrong = requiresStrong(context.req.headers);
  const answer = await node.request({ op: 'list', ...range, requireStrong, deadlineMs: options.deadlineMs }, goneSignal(context.res));
  if (answer.type !== 'listed') throw refusalOf(answer);
  context.set({ [fields.grade]: answer.grade, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' });
  const body: ListBody = {
    files: answer.files.map(({ name, value }) => listed(name, value)),
    ...(answer.next === undefined ? {} : { next: answer.next }),
    grade: answer.grade,
    ...(answer.partial ? { partial: true } : {}),
  };
  context.body = body;
}

function listed(name: string, { size, contentType, digest, version, modifiedMs, conflicts }: FileVersion): ListedFile {
  const file = { name, size, type: contentType, etag: etagOf(digest), version: formatStamp(version), modified: new Date(modifiedMs).toISOString() };
  return conflicts.length === 0 ? file : { ...file, conflicts: conflicts.length };
}

function boundOf(query: URLSearchParams, key: 'prefix' | 'after'): string {
  const text = query.get(key) ?? '';
  if (utf8Length(text) > NAME_BYTES_MAX) throw new HttpError('bad-request', `${key} is longer than ${NAME_BYTES_MAX} bytes`);
  return text;
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return LIMIT_MAX;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX) throw new HttpError('bad-request', `limit is a number from 1 to ${LIMIT_MAX}`);
  return limit;
}
