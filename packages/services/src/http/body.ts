import type { IncomingMessage, ServerResponse } from 'node:http';
import { chunksOf } from '@coring/talk';
import { idleError } from '../idle-error.js';
import { ServiceError } from '../service-error.js';

export interface BodyLimits {
  /** More is 413. */
  readonly bytesMax: number;
  /** A body that brings no byte for so many milliseconds is given up: 408. */
  readonly idleMs: number;
}

/**
 * The chunks of a request's body, asked for where the client waits to be.
 * @throws ServiceError `too-large`, `request-timeout`
 */
export async function* bodyOf(request: IncomingMessage, response: ServerResponse, { bytesMax, idleMs }: BodyLimits): AsyncGenerator<Buffer, void, undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (request.headers.expect !== undefined) response.writeContinue();
  let bytes = 0;
  for await (const chunk of chunksOf(request, idleMs, idleError)) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    yield chunk;
  }
}

function tooLarge(bytesMax: number): ServiceError {
  return new ServiceError('too-large', `a body has at most ${bytesMax} bytes`);
}
