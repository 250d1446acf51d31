import { type ConflictsBody, type FileVersion, formatStamp, parseStamp, type Stamp } from '@coring/protocol';
import type { Context } from 'koa';
import type { ClientAnswer } from '../../ring/index.js';
import { contentHeaders, receiptHeaders, validatorHeaders } from '../answer-file.js';
import { byteRange } from '../fields/byte-range.js';
import { rangeApplies, weighRead } from '../fields/conditions.js';
import { HttpError } from '../errors-to-json.js';
import { queryOf } from '../request-target.js';
import { goneSignal, sendBytes } from '../send-file.js';
import { requiresStrong } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

type Found = Extract<ClientAnswer, { type: 'found' }>;

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

async function answerContent(context: Context, name: string, { value, from, receipt }: Found, { node }: FileSurroundings, signal: AbortSignal): Promise<void> {
  const { headers } = context.req;
  const receipts = { ...receiptHeaders(receipt, value), ...validatorHeaders(value) };
  const weighed = weighRead(headers, value);
  if (weighed === 'precondition-failed') throw new HttpError('precondition-failed', 'the file is not the one that the condition names', receipts);
  context.set(receipts);
  if (weighed === 'not-modified') {
    context.status = 304;
    return;
  }
  const mayBePart = context.method === 'GET' && rangeApplies(context.get('If-Range'), value);
  const range = mayBePart ? byteRange(context.get('Range'), value.size) : 'whole';
  if (range === 'unsatisfiable') {
    throw new HttpError('bad-range', `the file has ${value.size} bytes`, { ...receipts, 'Content-Range': `bytes */${value.size}`, 'Accept-Ranges': 'bytes' });
  }
  const { start, end } = range === 'whole' ? { start: 0, end: value.size } : range;
  context.set(contentHeaders(name, value));
  context.status = range === 'whole' ? 200 : 206;
  if (range !== 'whole') context.set('Content-Range', `bytes ${start}-${end - 1}/${value.size}`);
  context.set('Content-Length', String(end - start));
  if (context.method === 'HEAD') return;
  const opened = from && (await node.open(name, from, range === 'whole' ? undefined : range, signal));
  if (opened === undefined) throw new HttpError('unavailable', 'the bytes of the file cannot be had just now', receiptHeaders(receipt));
  await sendBytes(context, opened.stream, end - start, signal, node.log);
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
