import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, statusOf } from '@coring/protocol';
import { errorBody } from './errors-to-json.js';

/** A request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** After the answer, what still comes in is read and thrown away for so long: a reset would take the answer back out of the client's hands. */
const LINGER_MS = 1000;

/** Answers what the HTTP parser refused, where somebody is left to read it, and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, exchange: Exchange | undefined): void {
  if (!socket.writable || exchange?.response.headersSent === true || error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy();
    return;
  }
  const { code, message } = toldOf(error, exchange);
  const body = JSON.stringify(errorBody(code, message));
  const head = [`HTTP/1.1 ${statusOf[code]} ${reasons[statusOf[code]] ?? 'Bad Request'}`, 'Content-Type: application/json; charset=utf-8'];
  head.push(`Content-Length: ${Buffer.byteLength(body)}`, 'X-Content-Type-Options: nosniff', 'Connection: close');
  const lingering = setTimeout(() => socket.destroy(), LINGER_MS);
  lingering.unref();
  socket.once('close', () => clearTimeout(lingering));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function toldOf(error: NodeJS.ErrnoException, exchange: Exchange | undefined): { code: ErrorCode; message: string } {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers-too-large', message: 'the header of the request is too large' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'too-large', message: 'the chunk extensions of the request are too large' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request-timeout', message: 'the header of the request did not come in time' };
    case 'HPE_INVALID_EOF_STATE':
      if (exchange !== undefined && !exchange.request.complete) return { code: 'length-mismatch', message: 'the body ended before its announced length' };
      return { code: 'bad-request', message: 'the request ended in the middle' };
    default:
      return { code: 'bad-request', message: 'this is no well-formed HTTP/1.1 request' };
  }
}

const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 413: 'Payload Too Large', 431: 'Request Header Fields Too Large' };
