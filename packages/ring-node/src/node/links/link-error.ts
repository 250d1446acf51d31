/** Why a link was refused or ended, as said in CLOSE. Stable: only added to. */
export const closeCodes = [
  'unsupported-version',
  'other-ring',
  'itself',
  'wrong-secret',
  'bad-frame',
  'bad-message',
  'handshake-timeout',
  'stalled',
  'too-busy',
  'stopping',
] as const;
export type CloseCode = (typeof closeCodes)[number];

/** A link that could not be had, or did not last. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  constructor(
    readonly code:
      | CloseCode
      /** Nobody listens there, or not as a peer. */
      | 'unreachable'
      /** Another node than the one asked for is at that address. */
      | 'wrong-node'
      /** The other side ended the link, or refused it for a reason that this release does not know. */
      | 'refused'
      | 'closed'
      /** The peer does not have the bytes. */
      | 'not-found'
      /** The peer has the bytes but could not send them. */
      | 'unavailable'
      /** The bytes ended before their announced length. */
      | 'cut-short'
      /** A chunk did not have its checksum. */
      | 'corrupt'
      /** The asker gave up. */
      | 'aborted',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The error for a CLOSE that a peer sent. */
export function errorOfClose(code: string, message: string): LinkError {
  const known = closeCodes.find((known) => known === code);
  return new LinkError(known ?? 'refused', message);
}
