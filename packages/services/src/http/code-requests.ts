import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { headers as fields } from '@coring/protocol';
import type { Codes } from '../codes.js';
import type { MessageLog } from '../message-log.js';
import { ServiceError } from '../service-error.js';
import type { BodyLimits } from './body.js';
import { type Answer, sendJson } from './http-service.js';
import { jsonBody } from './json-body.js';

/** A message and all around it; with its JSON it fits into one small file. */
export const codeLimits: BodyLimits = { bytesMax: 32 * 1024, idleMs: 10_000 };

/** Answers `{uuid}` with the code of it. */
export async function answerCode(codes: Codes, request: IncomingMessage, response: ServerResponse, limits = codeLimits): Promise<void> {
  const { uuid } = await jsonBody(request, response, limits);
  sendJson(response, 200, await codes.codeOf(uuid));
}

/** Keeps the message `{uuid, code, text}` and answers with its id. */
export async function takeMessage(log: MessageLog, request: IncomingMessage, response: ServerResponse, limits = codeLimits): Promise<void> {
  const { uuid, code, text } = await jsonBody(request, response, limits);
  const { id, headers } = await log.append({ uuid, code, text }, keyOf(request));
  sendJson(response, 201, { id }, headers);
}

/** What answers on a port of its own for codes: POST `{uuid}` to `/`, which answers `{success, unique}`. */
export function codesPort(codes: Codes): Answer {
  return port(async (request, response) => {
    const { uuid } = await jsonBody(request, response, codeLimits);
    const { code } = await codes.codeOf(uuid);
    sendJson(response, 200, { success: true, unique: code });
  });
}

/** What answers on a port of its own for messages: POST `{uuid, unique, text}` to `/`, which answers `{success}`. */
export function messagesPort(log: MessageLog): Answer {
  return port(async (request, response) => {
    const { uuid, unique, text } = await jsonBody(request, response, codeLimits);
    const { headers } = await log.append({ uuid, code: unique, text }, keyOf(request));
    sendJson(response, 200, { success: true }, headers);
  });
}

/** How a refusal is told on such a port. */
export function tellOnPort({ code, message }: ServiceError): object {
  return { success: false, error: message, code };
}

function port(answer: Answer): Answer {
  return async (request, response) => {
    if (request.url?.split('?')[0] !== '/') throw new ServiceError('no-such-route', 'there is nothing at this path');
    if (request.method !== 'POST') throw new ServiceError('method-not-allowed', 'this path knows POST', { Allow: 'POST' });
    await answer(request, response);
  };
}

/** What names the request. @throws ServiceError `bad-header` */
function keyOf(request: IncomingMessage): string {
  const key = String(request.headers[fields.idempotencyKey.toLowerCase()] ?? randomUUID()).trim();
  if (!/^[\x21-\x7e]{1,64}$/.test(key)) throw new ServiceError('bad-header', `${fields.idempotencyKey} is 1 to 64 visible characters`);
  return key;
}
