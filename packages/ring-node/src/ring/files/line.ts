import type { Seen } from '@coring/protocol';
import { readClock } from '../clock.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Register } from './register.js';

/** Digits of a nodeId that name the maker of a line; as many more tell when it began. */
const MAKER_DIGITS = 16;
/** Names that are guessed at under one line, at most: so many are remembered. */
const GUESSES_MAX = 8_192;

/** The line under which this node guesses that names hold nothing, and the names of which it has guessed that. */
export interface Guesses {
  line: string;
  readonly names: Set<string>;
}

/**
 * The writer that a version made without a majority names. A version vector covers all versions of a writer up to its last, so a writer must have seen
 * all that was written under its name before. Of a node that writes aside that is not sure: what it wrote when a majority was at hand it may have
 * handed over and forgotten. It writes such versions under the name of a line, which it goes on with as long as it has the last version of it here,
 * and which nobody uses again afterwards. (As the actor epochs of a key in Riak KV 2.1.)
 */
export function lineOf({ self, mutations }: RingState, { branches, mine }: Register, time: number): string {
  if (mutations.has('aside-under-own-name')) return self.nodeId;
  const here = [...branches, ...(mine === undefined ? [] : [mine])].map(({ version }) => version.node);
  return here.find((writer) => writer.startsWith(makerOf(self.nodeId)) && writer !== self.nodeId) ?? aLine(self.nodeId, time);
}

/** Whether this node may guess that a name, whose voters are others, holds nothing: once under one line. A second version of it there has to have seen the first. */
export function mayGuess({ files, mutations }: RingState, name: string): boolean {
  return !files.guesses.names.has(name) || mutations.has('guess-under-own-name');
}

/** The writer that a version made on such a guess names, as above: if the guess is wrong it has seen nothing. */
export function lineOfGuess(ring: RingState, turn: Turn, name: string): string {
  const { self, mutations, files } = ring;
  if (mutations.has('guess-under-own-name')) return self.nodeId;
  const { guesses } = files;
  if (guesses.line === '' || guesses.names.size >= GUESSES_MAX) {
    guesses.line = aLine(self.nodeId, readClock(ring, turn));
    guesses.names.clear();
  }
  guesses.names.add(name);
  return guesses.line;
}

/**
 * What a vector holds of something that befell a version and made none: under the name of a line in which nothing is written, when it was. What is written
 * on a condition must have seen all that the main line has, and so goes on from there only where its writer knew of that.
 */
export function markOf(ring: RingState, turn: Turn): Seen {
  return { [aLine(ring.self.nodeId, 0)]: readClock(ring, turn) };
}

/** The marks that a vector holds, whoever set them. */
export function marksIn(seen: Seen): Seen {
  return Object.fromEntries(Object.entries(seen).filter(([line]) => line.endsWith('0'.repeat(line.length - MAKER_DIGITS))));
}

function aLine(nodeId: string, time: number): string {
  return makerOf(nodeId) + time.toString(16).padStart(nodeId.length - MAKER_DIGITS, '0');
}

function makerOf(nodeId: string): string {
  return nodeId.slice(0, MAKER_DIGITS);
}
