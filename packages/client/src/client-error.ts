import type { ErrorCode } from '@coring/protocol';
import type { TalkErrorCode } from '@coring/talk';

/**
 * Why a request came to nothing: what a node answered, or one of the client's own.
 * `nobody-answered`: no node did, in time. `cut-short`: a node stopped in the middle of a file. `wrong-digest`: the bytes are not those that
 * the digest names. `changed`: the file was replaced while it was read. `not-understood`: what answered is no node of a ring.
 * `local`: this machine's own files. `interrupted`: the user ended it.
 * Of conversations: as TalkError.
 */
export type ClientErrorCode =
  | ErrorCode
  | TalkErrorCode
  | 'wrong-use'
  | 'nobody-answered'
  | 'cut-short'
  | 'wrong-digest'
  | 'changed'
  | 'not-understood'
  | 'local';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  constructor(
    readonly code: ClientErrorCode,
    message: string,
    options?: ErrorOptions & { readonly status?: number },
  ) {
    super(message, options);
    this.status = options?.status;
  }

  /** The HTTP status, where a node answered with one. */
  readonly status: number | undefined;
}

/** A node that was tried and gave no answer: another may. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    readonly address: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${address} ${why}`, options);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
