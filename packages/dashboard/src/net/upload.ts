import { filePath, headers } from '@coring/protocol';
import { Failure, failureOf } from '../model/failure.js';
import { type Receipt, receiptOf } from '../model/receipt.js';

/** An upload that makes no progress for so long is sent to another node, in milliseconds. */
const STALLED_MS = 20_000;

interface Sending {
  readonly base: string;
  readonly name: string;
  readonly file: File;
  /** The same however often it is sent: so it is done once. */
  readonly key: string;
  /** The ETag of the file that it may replace; undefined: it may replace none. */
  readonly replaces: string | undefined;
  readonly signal: AbortSignal;
  onProgress(sentBytes: number): void;
}

/** Sends a file to one node. @throws Failure */
export function send({ base, name, file, key, replaces, signal, onProgress }: Sending): Promise<Receipt | undefined> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled = 0;
    const cut = (): void => request.abort();
    const wait = (): void => {
      clearTimeout(stalled);
      stalled = window.setTimeout(cut, STALLED_MS);
    };
    request.open('PUT', base + filePath(name));
    if (file.type !== '') request.setRequestHeader('Content-Type', file.type);
    request.setRequestHeader(headers.idempotencyKey, key);
    if (replaces === undefined) request.setRequestHeader('If-None-Match', '*');
    else request.setRequestHeader('If-Match', replaces);
    request.upload.addEventListener('progress', ({ loaded }) => {
      wait();
      onProgress(loaded);
    });
    // However it ends; without an answer its status is 0.
    request.addEventListener('loadend', () => {
      clearTimeout(stalled);
      signal.removeEventListener('abort', cut);
      const { status } = request;
      if (status >= 200 && status <= 299) resolve(receiptOf((field) => request.getResponseHeader(field)));
      else reject(status === 0 ? new Failure(0, '', 'no answer') : failureOf(status, request.responseText));
    });
    signal.addEventListener('abort', cut);
    wait();
    request.send(file);
  });
}
