import { StoreError } from '@coring/file-store';
import { type ErrorBody, type ErrorCode, statusOf } from '@coring/protocol';
import { ServiceError } from '@coring/services';
import type { Context, Middleware, Next } from 'koa';
import type { Log } from '../node/log.js';

export type HeaderFields = Readonly<Record<string, string>>;

/** An error's body is ours and not a user's file: never a script, never a frame, never a guessed type. */
const ownErrorHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** A refusal that the client is told: its status follows from the code. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly headers: HeaderFields = {},
  ) {
    super(message);
  }
}

export function errorBody(code: ErrorCode, message: string): ErrorBody {
  return { error: { code, message } };
}

/** Turns whatever is thrown further in into the JSON body of an error. What nobody foresaw is 500 without details; those go to the log. */
export function errorsToJson(log: Log): Middleware {
  return async (context: Context, next: Next): Promise<void> => {
    try {
      await next();
    } catch (error) {
      answerError(context, error, log);
    }
  };
}

function answerError(context: Context, error: unknown, log: Log): void {
  const { res: response } = context;
  const told = toldOf(error);
  if (ownFaults.has(told.code) && !response.destroyed) log.error({ err: error, method: context.method }, 'a request failed');
  // Nobody is there any more, or the answer is half sent: cutting the connection is the only truth left to tell.
  if (response.destroyed || response.headersSent) {
    context.respond = false;
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  context.status = statusOf[told.code];
  context.body = errorBody(told.code, told.message);
  context.set({ ...ownErrorHeaders, 'Cache-Control': 'no-store' });
  if (context.status === 503) context.set('Retry-After', '1');
  // The upload stopped in the middle; what follows on this connection may never come.
  if (told.code === 'request-timeout' || told.code === 'stopping') context.set('Connection', 'close');
  context.set(told.headers);
}

/** What the operator of this node has to look after: the log says more of it than the client hears. */
const ownFaults: ReadonlySet<ErrorCode> = new Set(['disk-failed', 'internal']);

function toldOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ServiceError) return new HttpError(error.code, error.message, error.headers);
  if (error instanceof StoreError && error.code === 'disk-full') return new HttpError('disk-full', 'the disk of this node is full');
  if (error instanceof StoreError && error.code === 'disk-failed') return new HttpError('disk-failed', isForbidden(error) ? 'this node may not use its data directory' : 'the disk of this node failed');
  return new HttpError('internal', 'something went wrong on this node');
}

/** Whether the disk is sound, and this process may not touch what lies there. */
function isForbidden({ cause }: StoreError): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}
