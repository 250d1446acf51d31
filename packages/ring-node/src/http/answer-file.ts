import { type FileVersion, formatStamp, headers } from '@coring/protocol';
import { create as contentDisposition } from 'content-disposition';
import type { Receipt } from '../ring/index.js';
import { httpDate } from './fields/conditions.js';
import { reprDigest } from './fields/content-digest.js';
import type { HeaderFields } from './errors-to-json.js';
import { etagOf } from './fields/etags.js';

/** What an answer with the content, or with its header alone, says of it beside its validators. */
export function contentHeaders(name: string, content: FileVersion): HeaderFields {
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
  return { ETag: etagOf(content.digest), 'Last-Modified': httpDate(content.modifiedMs), 'Cache-Control': 'no-cache' };
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
