import { type Counted, holdersOf } from './holders.js';
import type { Receipt } from './receipt.js';

/** Whether a file is safe, in one sentence. `counted`: its copies, read and compared with their digest; absent before that. */
export function safetyLine(receipt: Receipt | undefined, counted: Counted | undefined): { readonly text: string; readonly isSafe: boolean } | undefined {
  if (counted !== undefined) return verified(counted, receipt);
  if (receipt === undefined) return undefined;
  const { copies, wanted, grade } = receipt;
  const isSafe = copies >= wanted && grade === 'strong';
  const count = `${copies} of ${wanted} ${wanted === 1 ? 'copy' : 'copies'}`;
  if (copies === 0) return { text: `At risk: no copy is known on a node that is up`, isSafe };
  if (copies < wanted) return { text: `${copies === 1 && wanted > 1 ? 'At risk' : 'Not yet as safe as wanted'}: ${count}`, isSafe };
  return { text: `${isSafe ? 'Safe' : 'Kept'}: ${count}, ${grade === 'strong' ? 'agreed by a majority' : 'weak: no majority of its owners answered'}`, isSafe };
}

function verified(counted: Counted, receipt: Receipt | undefined): { readonly text: string; readonly isSafe: boolean } {
  const current = counted.copies.filter(({ role }) => role === 'current').length;
  const sound = holdersOf(receipt, counted).length;
  const wanted = receipt?.wanted ?? current;
  const bad = current - sound;
  const damaged = bad === 0 ? '' : `; ${bad} could not be read whole, and ${bad === 1 ? 'is' : 'are'} made anew`;
  if (sound === 0) return { text: `At risk: no copy could be read${damaged}`, isSafe: false };
  const isSafe = sound >= wanted && bad === 0;
  return { text: `${isSafe ? 'Safe' : sound === 1 && wanted > 1 ? 'At risk' : 'Not yet as safe as wanted'}: ${sound} of ${wanted} copies read just now, equal to the digest${damaged}`, isSafe };
}
