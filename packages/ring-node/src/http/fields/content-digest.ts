import { HttpError } from '../errors-to-json.js';

/** `sha-256=:…:`, as Repr-Digest says it: RFC 9530. */
export function reprDigest(digest: string): string {
  return `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`;
}

/**
 * The sha-256, in hex, that a Repr-Digest or Content-Digest header announces; undefined where it names only other algorithms.
 * @throws HttpError `bad-digest` for a sha-256 that is none
 */
export function announcedDigest(header: string, field: string): string | undefined {
  let announced: string | undefined;
  // A dictionary of structured fields (RFC 9651, section 3.2); byte sequences hold no commas. The last of equal keys counts.
  for (const member of header.split(',')) {
    const match = /^[ \t]*sha-256[ \t]*(=.*)?$/.exec(member);
    if (match === null) continue;
    const bytes = /^=:([A-Za-z0-9+/]{43}=?):[ \t]*(?:;.*)?$/.exec(match[1] ?? '');
    if (bytes === null) throw new HttpError('bad-digest', `${field} has a sha-256 that is none`);
    announced = Buffer.from(bytes[1]!, 'base64').toString('hex');
  }
  return announced;
}
