import type { ErrorCode } from '@coring/protocol';

/** A refusal that the client is told, with its stable code. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Of the answer, where it has more to say. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
