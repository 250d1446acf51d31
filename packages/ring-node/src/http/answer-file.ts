import type { IncomingHttpHeaders } from 'node:http';
import { type FileVersion, formatStamp, headers } from '@coring/protocol';
import { create as contentDisposition } from 'content-disposition';
import type { Answered } from '../node/node-face.js';
import type { Receipt } from '../ring/index.js';
import { type HeaderFields, HttpError } from './errors-to-json.js';
import { byteRange, type ByteRange } from './fields/byte-range.js';
import { httpDate, rangeApplies, weighRead } from './fields/conditions.js';
import { reprDigest } from './fields/content-digest.js';
import { etagOf } from './fields/etags.js';

export type Found = Extract<Answered, { type: 'found' }>;

/** The answer to a GET or HEAD of content, as far as it can be said without its bytes. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304;
  readonly fields: HeaderFields;
  /** The bytes that follow, `end` exclusive; absent where no body does. */
  readonly part?: ByteRange;
}

/**
 * How a GET or HEAD of a file is answered once the ring has said what there is.
 * @throws HttpError `precondition-failed`, `bad-range`, `bad-header`
 */
export function answerFile(method: string, name: string, { value, receipt }: Found, asked: IncomingHttpHeaders): FileAnswer {
  const receipts = { ...receiptHeaders(receipt, value), ...validatorHeaders(value) };
  const weighed = weighRead(asked, value);
  if (weighed === 'precondition-failed') throw new HttpError('precondition-failed', 'the file is not the one that the condition names', receipts);
  if (weighed === 'not-modified') return { status: 304, fields: receipts };
  const mayBePart = method === 'GET' && rangeApplies(String(asked['if-range'] ?? ''), value);
  const range = mayBePart ? byteRange(asked.range ?? '', value.size) : 'whole';
  if (range === 'unsatisfiable') {
    throw new HttpError('bad-range', `the file has ${value.size} bytes`, { ...receipts, 'Content-Range': `bytes */${value.size}`, 'Accept-Ranges': 'bytes' });
  }
  const part = range === 'whole' ? { start: 0, end: value.size } : range;
  const fields = {
    ...receipts,
    ...contentHeaders(name, value),
    ...(range === 'whole' ? {} : { 'Content-Range': `bytes ${part.start}-${part.end - 1}/${value.size}` }),
    'Content-Length': String(part.end - part.start),
  };
  return { status: range === 'whole' ? 200 : 206, fields, ...(method === 'HEAD' ? {} : { part }) };
}

/** What an answer with the content, or with its header alone, says of it beside its validators. */
function contentHeaders(name: string, content: FileVersion): HeaderFields {
  return {
    'Accept-Ranges': 'bytes',
    'Content-Type': content.contentType,
    'Content-Disposition': contentDisposition(baseName(name), { type: isInert(content.contentType) ? 'inline' : 'attachment' }),
    // What users keep here may be hostile to who looks at it: no script of it runs as ours, no type is guessed.
    'Content-Security-Policy': 'sandbox',
    'X-Content-Type-Options': 'nosniff',
    [headers.reprDigest]: reprDigest(content.digest),
  };
}

/** What 200, 201, 304 and 412 alike say of the content: RFC 9110, section 15.4.5. */
export function validatorHeaders(content: FileVersion): HeaderFields {
  return { ETag: etagOf(content.digest), 'Last-Modified': httpDate(content.modifiedMs), 'Cache-Control': 'no-cache', Vary: 'Origin' };
}

/** The receipt: what is known of the file's copies and of the ring. */
export function receiptHeaders(receipt: Receipt | undefined, value?: Pick<FileVersion, 'version' | 'conflicts'>): HeaderFields {
  return {
    ...(value === undefined ? {} : { [headers.version]: formatStamp(value.version), [headers.conflicts]: String(value.conflicts.length) }),
    ...(receipt === undefined
      ? {}
      : {
          [headers.grade]: receipt.grade,
          [headers.copies]: `${receipt.copies}/${receipt.wanted}`,
          [headers.nodes]: receipt.nodes.join(', '),
          [headers.hops]: String(receipt.hops),
          [headers.epoch]: String(receipt.epoch),
          [headers.state]: receipt.health,
        }),
  };
}

/** Types that a browser may show in its own window: they carry no script. Everything else is saved. */
export function isInert(contentType: string): boolean {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'image/svg+xml') return false;
  return /^(?:image|audio|video|font)\//.test(type) || inertTypes.has(type);
}

const inertTypes: ReadonlySet<string> = new Set(['text/plain', 'text/csv', 'text/markdown', 'application/json', 'application/pdf']);

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
