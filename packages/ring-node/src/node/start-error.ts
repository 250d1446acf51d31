/** Why a node could not start, or had to stop. `exitCode` is what the program ends with: 1 it cannot be done, 2 wrong use. */
export class StartError extends Error {
  override readonly name = 'StartError';
  constructor(
    readonly code: 'wrong-use' | 'cannot-listen' | 'cannot-write' | 'cannot-join' | 'other-ring' | 'other-settings' | 'itself' | 'data' | 'damaged' | 'disk-failed' | 'not-safe' | 'unit-differs' | 'cannot-install' | 'internal',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): 1 | 2 {
    return this.code === 'wrong-use' || this.code === 'other-settings' || this.code === 'not-safe' ? 2 : 1;
  }
}
