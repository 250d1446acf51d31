import type { IncomingMessage } from 'node:http';
import { errorBodySchema, type ErrorBody } from '@coring/protocol';
import { fits } from '@coring/protocol/validate';
import { ClientError } from './client-error.js';

/** No JSON answer of a node is longer; a page of a listing has at most 1 000 names. */
const JSON_BYTES_MAX = 64 * 1024 * 1024;

/** The parsed body of an answer. @throws ClientError `not-understood`, `cut-short` */
export async function readJson<T>(answer: IncomingMessage, schema: object): Promise<T> {
  const text = await readText(answer);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw notUnderstood(answer, 'is not JSON', cause);
  }
  const fault = fits(schema, body);
  if (fault !== undefined) throw notUnderstood(answer, `has another shape:${fault.slice(0, 200)}`);
  return body as T;
}

/** What a refusal says of itself. */
export async function refusalOf(answer: IncomingMessage): Promise<ClientError> {
  const status = answer.statusCode ?? 0;
  // An answer to HEAD has no body.
  const body = await readJson<ErrorBody>(answer, errorBodySchema).catch(() => undefined);
  if (body !== undefined) return new ClientError(body.error.code, body.error.message, { status });
  if (status === 404) return new ClientError('not-found', 'not found', { status });
  return new ClientError('not-understood', `answered with status ${status}`, { status });
}

/** Reads an answer away, so that its connection can be used again. */
export async function discard(answer: IncomingMessage): Promise<void> {
  await readText(answer);
}

/** The body of an answer, as text. @throws ClientError `not-understood` where it is too long, `cut-short` */
export async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > JSON_BYTES_MAX) throw notUnderstood(answer, 'is too long');
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError('cut-short', 'the answer broke off', { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}

function notUnderstood(answer: IncomingMessage, what: string, cause?: unknown): ClientError {
  return new ClientError('not-understood', `the answer, of status ${answer.statusCode}, ${what}`, { cause });
}
