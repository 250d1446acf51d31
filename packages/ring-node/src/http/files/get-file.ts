import type { Readable } from 'node:stream';
import { type ConflictsBody, type FileVersion, formatStamp, parseStamp, type Stamp } from '@coring/protocol';
import type { Context } from 'koa';
import type { NewRequest, NodeFace } from '../../node/node-face.js';
import { answerFile, type Found, receiptHeaders } from '../answer-file.js';
import { HttpError } from '../errors-to-json.js';
import { openFound } from '../open-found.js';
import { queryOf } from '../request-target.js';
import { beginBody, type GoOn, goneSignal, sendBody } from '../send-file.js';
import type { ByteRange } from '../fields/byte-range.js';
import { requiresStrong } from '../fields/wishes.js';
import { refusalOf } from './refusal.js';
import type { FileSurroundings } from './surroundings.js';

type Get = Extract<NewRequest, { op: 'get' }>;

/** So many sources are tried for the bytes of one answer, and again where one was lost on the way. */
const SOURCES_MAX = 3;

/** GET and HEAD of a file, of one version of it (`?version=`), or of the list of its conflict copies (`?conflicts`). */
export async function getFile(context: Context, name: string, surroundings: FileSurroundings): Promise<void> {
  const { node, options } = surroundings;
  const query = queryOf(context.req.url!);
  const version = versionAsked(query);
  const showsConflicts = query.has('conflicts');
  const signal = goneSignal(context.res);
  const headOnly = context.method === 'HEAD' || showsConflicts;
  const requireStrong = requiresStrong(context.req.headers);
  const request: Get = { op: 'get', name, ...(version && { version }), headOnly, deadlineMs: options.deadlineMs, requireStrong };
  for (let sources = 1; ; sources++) {
    const answer = await node.request(request, signal);
    if (showsConflicts && (answer.type === 'found' || answer.type === 'absent') && answer.value !== undefined) {
      context.set(receiptHeaders(answer.receipt, answer.value));
      context.body = conflictsBody(name, answer.value);
      return;
    }
    if (answer.type !== 'found') throw refusalOf(answer);
    if (await answerContent(context, request, answer, surroundings, signal)) return;
    // Who has bytes that are damaged knows it now: asked again, the ring names another.
    if (sources === SOURCES_MAX || signal.aborted) throw new HttpError('unavailable', 'the bytes of the file cannot be had just now', receiptHeaders(answer.receipt));
  }
}

/** Returns false where nothing is said yet and the bytes cannot be had from where they were said to be. */
async function answerContent(context: Context, request: Get, found: Found, { node }: FileSurroundings, signal: AbortSignal): Promise<boolean> {
  const { name } = request;
  const { status, fields, part } = answerFile(context.method, name, found, context.req.headers);
  const opened = part && (await openFound(node, name, found, status === 200 ? undefined : part, signal));
  const body = opened && (await beginBody(opened, part.end - part.start, signal, node.log));
  if (part !== undefined && body === undefined) return false;
  context.status = status;
  context.set(fields);
  if (body === undefined) return true;
  let [reached, inVain] = [0, 0];
  const goOn: GoOn = async (sent) => {
    if (sent > reached) [reached, inVain] = [sent, 0];
    const rest = { start: part!.start + sent, end: part!.end };
    while (inVain++ < SOURCES_MAX) {
      const source = await restOf(node, { ...request, version: found.value.version, requireStrong: false }, rest, signal);
      if (source !== undefined) return source;
    }
    return undefined;
  };
  await sendBody(context, body, part!.end - part!.start, goOn, signal, node.log);
  return true;
}

/** The rest of a version whose source was lost, from wherever the ring says that it is now. */
async function restOf(node: NodeFace, request: Get, rest: ByteRange, signal: AbortSignal): Promise<Readable | undefined> {
  const answer = await node.request(request, signal);
  if (answer.type !== 'found') return undefined;
  const opened = await openFound(node, request.name, answer, rest, signal);
  return opened?.stream;
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
  return { name, version: formatStamp(value.version), ...(value.deleted ? { deleted: true } : {}), conflicts };
}
