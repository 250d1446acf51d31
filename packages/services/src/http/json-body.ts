import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from '../service-error.js';
import { bodyOf, type BodyLimits } from './body.js';

/** The object in a request's body. @throws ServiceError `bad-request`, `too-large`, `request-timeout` */
export async function jsonBody(request: IncomingMessage, response: ServerResponse, limits: BodyLimits): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyOf(request, response, limits)) chunks.push(chunk);
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new ServiceError('bad-request', 'the body is no JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ServiceError('bad-request', 'the body is no JSON object');
  return body as Record<string, unknown>;
}
