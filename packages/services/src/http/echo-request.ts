import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { write } from '@coring/talk';
import { idleError } from '../idle-error.js';
import { bodyOf, type BodyLimits } from './body.js';

export interface EchoLimits extends BodyLimits {
  /** A client that reads nothing for so many milliseconds is cut. */
  readonly stalledMs: number;
}

export const echoLimits: EchoLimits = { bytesMax: 2 ** 30, idleMs: 10_000, stalledMs: 120_000 };

/** So many bytes are read before the answer begins: whatever goes wrong until then can still be said, and a small body is sent back whole. */
const AT_ONCE_BYTES_MAX = 64 * 1024;

/** What says how the bytes are to be read: it goes back with them. */
const kept = ['content-type', 'content-encoding', 'content-language'] as const;

/**
 * Answers a request of any method with its body, byte for byte, while it comes in and no faster than the client reads.
 * @throws ServiceError `too-large`, `request-timeout`; once the answer has begun it can only be cut
 */
export async function echoRequest(request: IncomingMessage, response: ServerResponse, limits: EchoLimits = echoLimits): Promise<void> {
  const first: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request, response, limits)) {
    bytes += chunk.length;
    if (response.headersSent) {
      await write(response, chunk, limits.stalledMs, idleError);
      continue;
    }
    first.push(chunk);
    if (bytes <= AT_ONCE_BYTES_MAX) continue;
    begin(response, request.headers, request.headers['content-length']);
    await write(response, Buffer.concat(first.splice(0)), limits.stalledMs, idleError);
  }
  if (!response.headersSent) begin(response, request.headers, String(bytes));
  response.end(Buffer.concat(first));
}

function begin(response: ServerResponse, asked: IncomingHttpHeaders, length: string | undefined): void {
  const told = kept.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]] as const]));
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    // Whoever made somebody else's browser send this must not have it run as ours.
    'Content-Security-Policy': 'sandbox',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(length === undefined ? {} : { 'Content-Length': length }),
    ...Object.fromEntries(told),
  });
}
