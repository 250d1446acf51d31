import { type ConflictsBody, type FileVersion, formatStamp, parseStamp, type Stamp } from '@coring/protocol';
import type { Context } from 'koa';
import { answerFile, type Found, receiptHeaders } from '../answer-file.js';
import { HttpError } from '../errors-to-json.js';
import { queryOf } from '../request-target.js';
import { goneSignal, sendBytes } from '../send-file.js';
import { requiresStrong } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

/** GET and HEAD of a file, of one version of it (`?version=`), or of the list of its conflict copies (`?conflicts`). */
export async function getFile(context: Context, name: string, surroundings: FileSurroundings): Promise<void> {
  const { node, options } = surroundings;
  const query = queryOf(context.req.url!);
  const version = versionAsked(query);
  const showsConflicts = query.has('conflicts');
  const signal = goneSignal(context.res);
  const headOnly = context.method === 'HEAD' || showsConflicts;
  const requireStrong = requiresStrong(context.req.headers);
  const answer = await node.request({ op: 'get', name, ...(version && { version }), headOnly, deadlineMs: options.deadlineMs, requireStrong }, signal);
  if (answer.type !== 'found') throw refusalOf(answer);
  if (showsConflicts) {
    context.set(receiptHeaders(answer.receipt, answer.value));
    context.body = conflictsBody(name, answer.value);
    return;
  }
  await answerContent(context, name, answer, surroundings, signal);
}

async function answerContent(context: Context, name: string, found: Found, { node }: FileSurroundings, signal: AbortSignal): Promise<void> {
  const { from, receipt } = found;
  const { status, fields, part } = answerFile(context.method, name, found, context.req.headers);
  context.status = status;
  context.set(fields);
  if (part === undefined) return;
  const opened = from && (await node.open(name, from, status === 200 ? undefined : part, signal));
  if (opened === undefined) throw new HttpError('unavailable', 'the bytes of the file cannot be had just now', receiptHeaders(receipt));
  await sendBytes(context, opened, part.end - part.start, signal, node.log);
}

/** @throws HttpError `bad-request` */
function versionAsked(query: URLSearchParams): Stamp | undefined {
  const text = query.get('version');
  if (text === null) return undefined;
  const version = parseStamp(text);
  if (version === undefined) throw new HttpError('bad-request', 'version is none: it is written as in Coring-Version');
  return version;
}

function conflictsBody(name: string, value: FileVersion): ConflictsBody {
  const conflicts = value.conflicts.map(({ version, digest, size, contentType, modifiedMs }) => {
    return { version: formatStamp(version), digest, size, type: contentType, modified: new Date(modifiedMs).toISOString() };
  });
  return { name, version: formatStamp(value.version), conflicts };
}
