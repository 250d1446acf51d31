import type { FileVersion } from '@coring/protocol';
import type { Conditions } from '../client-request.js';

/** Whether the current content lets the request through: RFC 9110, sections 13.1.1 and 13.1.2, with strong comparison. */
export function isAllowed({ ifMatch, ifNoneMatch }: Conditions, current: FileVersion | undefined): boolean {
  const digest = current === undefined || current.deleted ? undefined : current.digest;
  if (ifMatch !== undefined && !names(ifMatch, digest)) return false;
  return ifNoneMatch === undefined || !names(ifNoneMatch, digest);
}

export function isConditional({ ifMatch, ifNoneMatch }: Conditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined;
}

function names(digests: readonly string[] | '*', digest: string | undefined): boolean {
  return digest !== undefined && (digests === '*' || digests.includes(digest));
}
