import type { IncomingMessage } from 'node:http';
import { HttpError } from './errors-to-json.js';

/** The whole body of a request that is known to be small. Rejects where it breaks off. @throws HttpError `request-timeout` when nothing comes for `idleMs` */
export function readSmallBody(request: IncomingMessage, idleMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const idle = setTimeout(() => settle(() => reject(uploadTimeout())), idleMs);
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      idle.refresh();
    };
    const onEnd = (): void => settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    const onGone = (cause?: Error): void => settle(() => reject(new Error('the client went away', { cause })));
    const settle = (how: () => void): void => {
      clearTimeout(idle);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      how();
    };
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    if (request.destroyed) onGone();
  });
}

/** Nothing has come of a body for too long. */
export function uploadTimeout(): HttpError {
  return new HttpError('request-timeout', 'the upload made no progress');
}
