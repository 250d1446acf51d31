import { compareUtf8, type FileVersion, formatStamp, headers as fields, type ListBody, type ListedFile, OWN_NAMES_END } from '@coring/protocol';
import type { Context } from 'koa';
import { etagOf } from '../fields/etags.js';
import { rangeOf } from '../fields/list-range.js';
import { queryOf } from '../request-target.js';
import { goneSignal } from '../send-file.js';
import { requiresStrong } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

/**
 * A page of the names that begin with `prefix` and come after `after`, in the order of their UTF-8 bytes. With `?conflicts` those alone that have
 * conflict copies, deleted ones among them. A page may be shorter than asked for, and still not be the last.
 */
export async function listFiles(context: Context, { node, options }: FileSurroundings): Promise<void> {
  const query = queryOf(context.req.url!);
  const requireStrong = requiresStrong(context.req.headers);
  const { prefix, after, limit } = rangeOf(query);
  // What the ring keeps for itself sorts before all that clients have named.
  const from = compareUtf8(after, OWN_NAMES_END) < 0 ? OWN_NAMES_END : after;
  const answer = await node.request({ op: 'list', prefix, after: from, limit, requireStrong, deadlineMs: options.deadlineMs }, goneSignal(context.res));
  if (answer.type !== 'listed') throw refusalOf(answer);
  context.set({ [fields.grade]: answer.grade, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' });
  const body: ListBody = {
    files: answer.files.filter(({ value }) => (query.has('conflicts') ? value.conflicts.length > 0 : !value.deleted)).map(({ name, value }) => listed(name, value)),
    ...(answer.next === undefined ? {} : { next: answer.next }),
    grade: answer.grade,
    ...(answer.partial ? { partial: true } : {}),
  };
  context.body = body;
}

function listed(name: string, { size, contentType, digest, version, modifiedMs, conflicts, deleted }: FileVersion): ListedFile {
  const file = { name, size, type: contentType, etag: etagOf(digest), version: formatStamp(version), modified: new Date(modifiedMs).toISOString() };
  return conflicts.length === 0 ? file : { ...file, conflicts: conflicts.length, ...(deleted ? { deleted } : {}) };
}
