/** A log cannot be written. `in-use`: another program of this machine writes it; `cannot-write`: for the reason that `cause` gives. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
  constructor(
    readonly code: 'in-use' | 'cannot-write',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function cannotWrite(cause: unknown): LogFileError {
  return new LogFileError('cannot-write', `the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
