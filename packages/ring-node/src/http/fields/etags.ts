import { HttpError } from '../errors-to-json.js';

export interface EntityTag {
  readonly weak: boolean;
  /** Between the quotes. */
  readonly tag: string;
}

export function etagOf(digest: string): string {
  return `"${digest}"`;
}

/**
 * The list of an If-Match or If-None-Match header: RFC 9110, section 8.8.3.
 * @throws HttpError `bad-header`: a condition that is not understood must not count as none.
 */
export function parseEtags(header: string, field: string): readonly EntityTag[] | '*' {
  if (header.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  const one = /[ \t,]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|$)/y;
  while (one.lastIndex < header.length) {
    const at = one.lastIndex;
    const match = one.exec(header);
    if (match === null) {
      if (tags.length > 0 && /^[ \t,]*$/.test(header.slice(at))) break;
      throw new HttpError('bad-header', `${field} is no list of quoted entity tags`);
    }
    tags.push({ weak: match[1] !== undefined, tag: match[2]! });
  }
  if (tags.length === 0) throw new HttpError('bad-header', `${field} is empty`);
  return tags;
}
