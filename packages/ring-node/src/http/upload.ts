import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Staging } from '@coring/file-store';
import { announcedDigest } from './fields/content-digest.js';
import { HttpError } from './errors-to-json.js';
import type { HttpOptions } from './http-options.js';
import { expectsContinue } from './request-target.js';

/** An upload, whole and durable on this node, not visible yet. */
export interface Upload {
  readonly staging: Staging;
  readonly size: number;
  /** sha-256 in hex. */
  readonly digest: string;
}

type Limits = Pick<HttpOptions, 'bodyBytesMax' | 'uploadIdleMs'>;

/**
 * Streams a request's body into staging as fast as the disk takes it. Whatever goes wrong, what was staged is discarded.
 * @throws HttpError `length-required`, `too-large`, `request-timeout`, `bad-digest`, `bad-header`; StoreError `disk-full`, `disk-failed`
 */
export async function takeUpload(request: IncomingMessage, response: ServerResponse, stage: (announced: number | undefined) => Promise<Staging>, limits: Limits): Promise<Upload> {
  checkAnnounced(request.headers, limits.bodyBytesMax);
  const length = request.headers['content-length'];
  const staging = await stage(length === undefined ? undefined : Number(length));
  try {
    if (expectsContinue(request.headers.expect)) response.writeContinue();
    await pour(request, staging, limits);
    const { size, digest } = await staging.seal();
    checkDigest(request.headers, digest);
    // Who computes the digest while sending announces it at the end.
    checkDigest(request.trailers, digest);
    return { staging, size, digest };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

/** What can be refused before a byte of the body is read. */
function checkAnnounced(headers: IncomingHttpHeaders, bodyBytesMax: number): void {
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined) {
    throw new HttpError('length-required', 'an upload has a Content-Length or is sent in chunks');
  }
  if (Number(length ?? 0) > bodyBytesMax) throw tooLarge(bodyBytesMax);
  for (const field of digestFields) announcedIn(headers, field);
}

async function pour(request: IncomingMessage, staging: Staging, { bodyBytesMax, uploadIdleMs }: Limits): Promise<void> {
  let size = 0;
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  for (;;) {
    const { value: chunk, done } = await inTime(chunks.next(), uploadIdleMs);
    if (done === true) return;
    size += chunk.length;
    if (size > bodyBytesMax) {
      await chunks.return?.();
      throw tooLarge(bodyBytesMax);
    }
    await staging.write(chunk);
  }
}

/** Time runs only while the client is waited for, not while the disk is. */
async function inTime<T>(next: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpError('request-timeout', 'the upload made no progress')), ms);
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}

const digestFields = ['repr-digest', 'content-digest'] as const;

function checkDigest(fields: NodeJS.Dict<string | string[]>, digest: string): void {
  for (const field of digestFields) {
    const announced = announcedIn(fields, field);
    if (announced !== undefined && announced !== digest) throw new HttpError('bad-digest', `the content is not the one that ${field} announces`);
  }
}

function announcedIn(fields: NodeJS.Dict<string | string[]>, field: string): string | undefined {
  const value = fields[field];
  return value === undefined ? undefined : announcedDigest(Array.isArray(value) ? value.join(',') : value, field);
}

function tooLarge(bodyBytesMax: number): HttpError {
  return new HttpError('too-large', `an upload has at most ${bodyBytesMax} bytes`);
}
