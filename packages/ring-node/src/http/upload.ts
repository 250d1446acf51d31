import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { SMALL_BYTES_MAX, type Staging } from '@coring/file-store';
import { chunksOf } from '@coring/talk';
import type { NodeFace } from '../node/node-face.js';
import { announcedDigest } from './fields/content-digest.js';
import { HttpError } from './errors-to-json.js';
import type { HttpOptions } from './http-options.js';
import { expectsContinue } from './request-target.js';
import { readSmallBody, uploadTimeout } from './small-body.js';

/** An upload, whole on this node, not visible yet. */
export interface Upload {
  readonly token: string;
  readonly size: number;
  /** sha-256 in hex. */
  readonly digest: string;
}

type Limits = Pick<HttpOptions, 'bodyBytesMax' | 'uploadIdleMs'>;

/**
 * Takes a request's body in, as the file of that name to be. Whatever goes wrong, nothing of it stays.
 * @throws HttpError `length-required`, `too-large`, `request-timeout`, `bad-digest`, `bad-header`; StoreError `disk-full`, `disk-failed`
 */
export async function takeUpload(name: string, request: IncomingMessage, response: ServerResponse, node: Pick<NodeFace, 'stage' | 'take'>, limits: Limits): Promise<Upload> {
  checkAnnounced(request.headers, limits.bodyBytesMax);
  const length = request.headers['content-length'];
  const announced = length === undefined ? undefined : Number(length);
  if (announced === undefined || announced > SMALL_BYTES_MAX) return streamIn(request, response, await node.stage(name, announced), limits);
  continueIfAsked(request, response);
  const bytes = await readSmallBody(request, limits.uploadIdleMs);
  const digest = hash('sha256', bytes);
  checkDigest(request.headers, digest);
  return { token: node.take(bytes, digest), size: bytes.length, digest };
}

/** As fast as the disk takes it. */
async function streamIn(request: IncomingMessage, response: ServerResponse, staging: Staging, limits: Limits): Promise<Upload> {
  try {
    continueIfAsked(request, response);
    await pour(request, staging, limits);
    const { size, digest } = await staging.seal();
    checkDigest(request.headers, digest);
    // Who computes the digest while sending announces it at the end.
    checkDigest(request.trailers, digest);
    return { token: staging.token, size, digest };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

function continueIfAsked(request: IncomingMessage, response: ServerResponse): void {
  if (expectsContinue(request.headers.expect)) response.writeContinue();
}

/** What can be refused before a byte of the body is read. */
function checkAnnounced(headers: IncomingHttpHeaders, bodyBytesMax: number): void {
  const length = headers['content-length'];
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') throw new HttpError('bad-header', 'the only transfer coding that is undone is chunked');
  if (length === undefined && coding === undefined) {
    throw new HttpError('length-required', 'an upload has a Content-Length or is sent in chunks');
  }
  if (Number(length ?? 0) > bodyBytesMax) throw tooLarge(bodyBytesMax);
  for (const field of digestFields) announcedIn(headers, field);
}

async function pour(request: IncomingMessage, staging: Staging, { bodyBytesMax, uploadIdleMs }: Limits): Promise<void> {
  let size = 0;
  // Time runs only while the client is waited for, not while the disk is.
  for await (const chunk of chunksOf(request, uploadIdleMs, uploadTimeout)) {
    size += chunk.length;
    if (size > bodyBytesMax) throw tooLarge(bodyBytesMax);
    await staging.write(chunk);
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
