import type { CensusBody } from '@coring/protocol';
import type { Receipt } from './receipt.js';

/** The copies of one file, read to their end. */
export type Counted = CensusBody['files'][number];

/** The nodes that have a file: those where it could be read, and before that was tried, those that the receipt names. */
export function holdersOf(receipt: Receipt | undefined, counted: Counted | undefined): readonly string[] {
  if (counted === undefined) return receipt?.nodes ?? [];
  return counted.copies.filter(({ role, sound }) => role === 'current' && sound === true).map(({ nodeId }) => nodeId);
}
