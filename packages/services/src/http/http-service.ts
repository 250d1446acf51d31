import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { statusOf } from '@coring/protocol';
import type { Service, ServiceLog } from '../service.js';
import { ServiceError } from '../service-error.js';
import { lingerAfter } from './linger.js';

/** How a refusal is told in the body of an answer. */
export type TellError = (error: ServiceError) => object;

export interface HttpServiceOptions {
  /** What is said of a request that failed: by default as everywhere, `{error: {code, message}}`. */
  readonly tellError: TellError;
  /** A request's header must be in whole after this many milliseconds. */
  readonly headersTimeoutMs: number;
  /** How long an idle connection is kept for the next request, in milliseconds. */
  readonly keepAliveMs: number;
  readonly log: ServiceLog;
}

const asEverywhere: TellError = ({ code, message }) => ({ error: { code, message } });

/** Answers a request, or throws. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers requests, and tells what `answer` throws as JSON, or, once an answer has begun, by cutting it. */
export function answering(answer: Answer, { tellError = asEverywhere, log }: Pick<Partial<HttpServiceOptions>, 'tellError' | 'log'> = {}): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    lingerAfter(request, response);
    void answer(request, response).catch((error: unknown) => refuse(response, error, tellError, log));
  };
}

/** Answers HTTP on any connection. */
export function httpService(answer: Answer, options: Partial<HttpServiceOptions> = {}): Service {
  const { headersTimeoutMs = 10_000, keepAliveMs = 60_000 } = options;
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    // The reader of a body watches that it makes progress.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, Math.ceil(headersTimeoutMs / 2)),
  });
  // Who is done sending still gets its answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Connections come from somebody else's listener: the server looks after slow headers only from here on.
  server.emit('listening');
  // A request that asks before it sends its body comes by another event.
  for (const event of ['request', 'checkContinue']) server.on(event, answering(answer, options));
  return {
    stream: (connection) => {
      connection.on('error', () => undefined);
      onceItSpeaks(connection, keepAliveMs, () => {
        server.emit('connection', connection);
        connection.resume();
      });
    },
  };
}

/** Serves a connection, paused and with its bytes put back, when its first request begins: clients connect ahead of it. One that says nothing for so long is cut. */
function onceItSpeaks(connection: Duplex, silentMs: number, serve: () => void): void {
  const giveUp = (): void => void connection.destroy();
  const silent = setTimeout(giveUp, silentMs);
  connection.once('close', () => clearTimeout(silent)).once('end', giveUp);
  connection.once('data', (bytes: Buffer) => {
    clearTimeout(silent);
    connection.off('end', giveUp).pause().unshift(bytes);
    // Not within the stream's own reading: the HTTP parser may pause it at once.
    setImmediate(() => {
      if (!connection.destroyed) serve();
    });
  });
  // It may come paused.
  connection.resume();
}

function refuse(response: ServerResponse, error: unknown, tellError: TellError, log: ServiceLog | undefined): void {
  if (response.destroyed) return;
  const isForeseen = error instanceof ServiceError;
  if (!isForeseen) log?.warn({ err: error }, 'a request failed');
  if (response.headersSent) return void response.destroy();
  const told = isForeseen ? error : new ServiceError('internal', 'something went wrong');
  sendJson(response, statusOf[told.code], tellError(told), told.headers);
}

/** Answers with JSON, and without a body where HEAD asked. */
export function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(bytes);
}
