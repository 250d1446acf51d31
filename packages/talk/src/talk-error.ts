/**
 * What came of it, where that was not what was asked for. `name-not-found`: no address is known for the host. `unreachable`: every address refused.
 * `connect-timeout`, `receive-timeout`: not in time. `no-client`: none came in time. `closed`: the other side was gone before all was said; with a
 * `cause` where the connection broke off. `too-large`: a message longer than it may be. `wrong-count`: another number of bytes was acknowledged than
 * was sent. `interrupted`: the signal said so.
 */
export type TalkErrorCode = 'name-not-found' | 'unreachable' | 'connect-timeout' | 'receive-timeout' | 'no-client' | 'closed' | 'too-large' | 'wrong-count' | 'interrupted';

export class TalkError extends Error {
  override readonly name = 'TalkError';
  constructor(
    readonly code: TalkErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws TalkError `interrupted` where the signal has aborted */
export function checkInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TalkError('interrupted', 'interrupted', { cause: signal.reason });
}
