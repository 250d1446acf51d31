import { bytesInWords, countOf, durationInWords, type Movement, type RingNode } from '@coring/protocol';
import type { ShownState } from '../../model/picture.js';
import { shortened } from '../shortened.js';

/** Most characters of a name in the picture. */
export const NAME_MAX = 26;

export interface Names {
  readonly of: readonly string[];
  /** What all have in common, where the names leave it out. */
  readonly shared?: string;
}

/** What nodes are called in the picture: by address. */
export function fullNames(nodes: readonly RingNode[]): Names {
  return { of: nodes.map(({ address }) => shortened(address, NAME_MAX)) };
}

/** Where there is little room: by that part of their addresses that tells them apart, in so many characters at most. */
export function shortNames(nodes: readonly RingNode[], most: number): Names {
  const [first, ...others] = nodes.map(({ address }) => address);
  if (first === undefined || others.length === 0) return fullNames(nodes);
  let start = 0;
  while (others.every((one) => one[start] === first[start])) start++;
  // A name begins where a part of its address does.
  while (start > 0 && !'.:'.includes(first[start]!)) start--;
  const port = first.slice(first.lastIndexOf(':'));
  const end = nodes.every(({ address }) => address.endsWith(port)) && first.lastIndexOf(':') > start ? port.length : 0;
  const of = nodes.map(({ address }) => address.slice(start, address.length - end).slice(-most));
  return start + end === 0 ? { of } : { of, shared: `${first.slice(0, start)}…${first.slice(first.length - end)}` };
}

/** The second line: what the node keeps, or its state where that is not simply up. */
export function figureOf(node: RingNode, state: ShownState, isShort = false): string {
  if (state !== 'up') return state;
  if (node.movement !== undefined) return isShort ? 'takes over' : movementInShort(node.movement);
  if (node.files === undefined || node.bytes === undefined) return '';
  const files = countOf(node.files, 'file');
  return isShort ? files : `${files}, ${bytesInWords(node.bytes)}`;
}

/** How far it is, and how long it still takes. */
export function movementInShort({ bucketsDone, bucketsTotal, secondsLeft }: Movement): string {
  const share = bucketsTotal === 0 ? 100 : Math.floor((bucketsDone * 100) / bucketsTotal);
  return `${share} %${secondsLeft === undefined ? '' : `, ${durationInWords(secondsLeft * 1000)} left`}`;
}
