import { utf8Length } from '../utf8.js';

/** Longest name of a file, in bytes of UTF-8. */
export const NAME_BYTES_MAX = 1024;

/** Names of files that a ring keeps for itself begin so. No client can say one, for it has a control character; and they sort before all others. */
export const OWN_NAMES = '\u0001';
/** Sorts after all of those, and before all others. */
export const OWN_NAMES_END = '\u0002';

/** Why a text is no name of a file, or undefined where it is one. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (utf8Length(name) > NAME_BYTES_MAX) return `the name is longer than ${NAME_BYTES_MAX} bytes`;
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'the name has a control character';
  if (/\p{Surrogate}/u.test(name)) return 'the name is not valid UTF-8';
  for (const segment of name.split('/')) {
    if (segment === '') return 'the name has an empty segment';
    if (segment === '.' || segment === '..') return 'the name has a segment . or ..';
  }
  return undefined;
}

/**
 * The name in a raw request path, decoded once, or why there is none.
 * Source: RFC 3986, sections 2.1 and 3.3.
 */
export function nameFromPath(rawPath: string, prefix: string): { name: string } | { fault: string } {
  let name: string;
  try {
    name = decodeURIComponent(rawPath.slice(prefix.length));
  } catch {
    return { fault: 'the name is not valid percent-encoded UTF-8' };
  }
  const fault = nameFault(name);
  return fault === undefined ? { name } : { fault };
}
