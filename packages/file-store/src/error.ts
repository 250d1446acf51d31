/** What can go wrong with a store. Codes are stable, messages may change. */
export const storeErrorCodes = [
  'in-use',
  'unknown-format',
  'other-ring',
  'not-a-store',
  'lost-contents',
  'no-such-token',
  'disk-full',
  'disk-failed',
  'damaged',
  'closed',
] as const;
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

/** The StoreError for what a file system threw; `doing` completes "could not …". */
export function diskError(cause: unknown, doing: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'no code';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StoreError('disk-full', `could not ${doing}: no space left (${code})`, { cause });
  return new StoreError('disk-failed', `could not ${doing}: ${cause instanceof Error ? cause.message : code}`, { cause });
}
