/** What can go wrong with a store. Codes are stable, messages may change. */
export const storeErrorCodes = ['in-use', 'unknown-format', 'other-ring', 'not-a-store', 'lost-contents', 'no-such-token', 'disk-full', 'disk-failed', 'damaged', 'closed'] as const;
export type StoreErrorCode = (typeof storeErrorCodes)[number];

export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
