import { ClientError, type ClientErrorCode } from './client-error.js';

/** What the process ends with; scripts branch on these, so they are never changed. */
export const exitCodes = { done: 0, refused: 1, wrongUse: 2, nobodyAnswered: 3, interrupted: 130 } as const;

const nobodyAnswered: ReadonlySet<ClientErrorCode> = new Set(['nobody-answered', 'name-not-found', 'unreachable', 'connect-timeout', 'receive-timeout']);

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ClientError)) return exitCodes.refused;
  if (error.code === 'wrong-use') return exitCodes.wrongUse;
  if (nobodyAnswered.has(error.code)) return exitCodes.nobodyAnswered;
  return error.code === 'interrupted' ? exitCodes.interrupted : exitCodes.refused;
}
