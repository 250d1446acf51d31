import { compareStamps, nameFromPath, paths } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { answerFile } from '../answer-file.js';
import { openFound } from '../open-found.js';
import { AT_ONCE_BYTES_MAX, wholeBytes } from '../send-file.js';
import type { PlainRequest } from './plain-request.js';
import type { SmallContent } from './small-contents.js';

/**
 * The current content that a plain request asks for, by whatever it takes to have it; undefined where the answer is another than 200, the
 * content is not small, or its bytes cannot be had. `known`: a content of the path that was sent before.
 */
export async function readSmall(node: NodeFace, { method, path }: PlainRequest, known: SmallContent | undefined, deadlineMs: number, signal: AbortSignal): Promise<SmallContent | undefined> {
  const named = nameFromPath(path, paths.files);
  if ('fault' in named) return undefined;
  const { name } = named;
  const request = { op: 'get', name, headOnly: method === 'HEAD', requireStrong: false, deadlineMs, ...(known === undefined ? {} : { knows: known.version }) } as const;
  const answer = node.readHere(name) ?? (await node.request(request, signal));
  if (answer.type !== 'found') return undefined;
  const { value, receipt } = answer;
  const { fields } = answerFile(method, name, answer, {});
  const lines = Object.entries(fields).map(([field, text]) => `${field}: ${text}\r\n`);
  const head = `HTTP/1.1 200 OK\r\n${lines.join('')}`;
  const content = { name, version: value.version, head, receipt };
  if (known !== undefined && compareStamps(known.version, value.version) === 0) return { ...content, body: known.body };
  if (value.size > AT_ONCE_BYTES_MAX) return undefined;
  const opened = await openFound(node, name, answer, undefined, signal);
  if (opened === undefined) return undefined;
  const bytes = await wholeBytes(opened, value.size, signal);
  return { ...content, body: bytes.toString('latin1') };
}
