import type { Letter } from '../world.js';

/** Which lap of a vote a message belongs to, if any. */
export function phaseOf({ type, text }: Letter): 'prepare' | 'accept' | undefined {
  return type === 'CHECK' ? (JSON.parse(text) as { vote?: { phase: 'prepare' | 'accept' } }).vote?.phase : undefined;
}
