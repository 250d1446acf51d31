import { type ErrorBody, type Grade, headers as fields, type ListBody, type ListedFile, parseStamp, type Stamp } from '@coring/protocol';
import type { ClientRequest } from '@coring/ring-node/ring';
import type { Answer, History, Operation, Told } from '@coring/simulator';
import type { TestNode } from '../a-ring.js';
import { sha256, urlOf } from '../files.js';

/** Nobody waits longer for an answer. Whoever is asked refuses much earlier what it cannot do; this is for those that stand still meanwhile. */
const ANSWER_MS_MAX = 45_000;

/** Puts a request to a node, and writes down what became of it; in `wrong`, where what came is no answer. Never rejects. */
export async function ask(history: History, wrong: string[], node: Pick<TestNode, 'url'>, request: ClientRequest, bytes?: Uint8Array<ArrayBuffer>): Promise<Operation> {
  const operation: Operation = { request, node: node.url, startedMs: performance.now(), pausedMs: 0, lost: false, bytesGone: false };
  history.begin(operation);
  try {
    const answer = await answerTo(node, request, bytes);
    history.end(request.ref, performance.now(), answer);
  } catch (error) {
    operation.lost = true;
    if (!isLost(error)) wrong.push(`${node.url} answered ${request.op} ${request.ref}: ${String(error)}`);
  }
  return operation;
}

/** Whether it was waited for in vain, with nothing to say that there will be no answer. */
export function isUnanswered({ lost, startedMs }: Operation, atMs: number): boolean {
  return lost && atMs - startedMs >= ANSWER_MS_MAX;
}

/** Whether nothing came, or not all of it: fetch says so with a TypeError. */
function isLost(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
}

async function answerTo(node: Pick<TestNode, 'url'>, request: ClientRequest, body: Uint8Array<ArrayBuffer> | undefined): Promise<Answer> {
  const response = await fetch(request.op === 'list' ? `${node.url}/files/` : urlOf(node, request.name), {
    method: request.op === 'list' ? 'GET' : request.op.toUpperCase(),
    headers: wishesOf(request),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body === undefined ? {} : { body }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) return refusal(response, JSON.parse(Buffer.from(bytes).toString()) as ErrorBody);
  if (request.op === 'list') {
    const { files, next, grade, partial = false } = JSON.parse(Buffer.from(bytes).toString()) as ListBody;
    return { type: 'listed', files: files.map(toldInList), ...(next === undefined ? {} : { next }), grade, partial };
  }
  const receipt = receiptOf(response);
  if (receipt === undefined) throw new Error(`the answer to ${request.op} ${request.name} has no receipt`);
  switch (request.op) {
    case 'put':
      return { type: 'stored', value: { version: versionOf(response), digest: request.digest, size: request.size }, receipt };
    case 'get':
      return { type: 'found', value: { version: versionOf(response), digest: sha256(bytes), size: bytes.length }, receipt };
    case 'delete':
      return { type: 'deleted', receipt };
  }
}

function toldInList({ name, version, etag, size, deleted = false }: ListedFile): { readonly name: string; readonly value: Told } {
  return { name, value: { version: stampOf(version), digest: etag.slice(1, -1), size, deleted } };
}

function refusal(response: Response, { error }: ErrorBody): Answer {
  const receipt = receiptOf(response);
  if (error.code === 'not-found' && receipt !== undefined) return { type: 'absent', receipt };
  return { type: 'failed', code: error.code, ...(receipt === undefined ? {} : { receipt }) };
}

function wishesOf(request: ClientRequest): Record<string, string> {
  const wishes: Record<string, string> = request.requireStrong ? { [fields.require]: 'strong' } : {};
  if (request.op !== 'put' && request.op !== 'delete') return wishes;
  const { ifMatch, ifNoneMatch } = request.conditions;
  wishes[fields.idempotencyKey] = request.opId;
  if (ifMatch !== undefined) wishes['if-match'] = tags(ifMatch);
  if (ifNoneMatch !== undefined) wishes['if-none-match'] = tags(ifNoneMatch);
  return wishes;
}

function tags(digests: readonly string[] | '*'): string {
  return digests === '*' ? '*' : digests.map((digest) => `"${digest}"`).join(', ');
}

function versionOf({ headers }: Response): Stamp {
  return stampOf(headers.get(fields.version) ?? '');
}

function stampOf(text: string): Stamp {
  const version = parseStamp(text);
  if (version === undefined) throw new Error('the answer names no version');
  return version;
}

function receiptOf({ headers }: Response): { grade: Grade; copies: number } | undefined {
  const grade = headers.get(fields.grade);
  return grade === null ? undefined : { grade: grade as Grade, copies: Number.parseInt(headers.get(fields.copies) ?? '0', 10) };
}
