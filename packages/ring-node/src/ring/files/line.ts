import type { RingState } from '../state.js';
import type { Register } from './register.js';

/** Digits of a nodeId that name the maker of a line; as many more tell when it began. */
const MAKER_DIGITS = 16;

/**
 * The writer that a version made without a majority names. A version vector covers all versions of a writer up to its last, so a writer must have seen
 * all that was written under its name before. Of a node that writes aside that is not sure: what it wrote when a majority was at hand it may have
 * handed over and forgotten. It writes such versions under the name of a line, which it goes on with as long as it has the last version of it here,
 * and which nobody uses again afterwards. (As the actor epochs of a key in Riak KV 2.1.)
 */
export function lineOf({ self, mutations }: RingState, { branches, mine }: Register, time: number): string {
  if (mutations.has('aside-under-own-name')) return self.nodeId;
  const maker = self.nodeId.slice(0, MAKER_DIGITS);
  const here = [...branches, ...(mine === undefined ? [] : [mine])].map(({ version }) => version.node);
  return here.find((writer) => writer.startsWith(maker) && writer !== self.nodeId) ?? maker + time.toString(16).padStart(self.nodeId.length - MAKER_DIGITS, '0');
}
