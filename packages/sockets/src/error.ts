/** Why a socket cannot be had. `code` is stable: `bad-address` is wrong use, the others depend on the machine. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  constructor(
    readonly code: 'bad-address' | 'in-use' | 'cannot-listen' | 'not-supported',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
