import { bytesInWords, countOf, durationInWords, type RingNode } from '@coring/protocol';
import type { ShownState } from '../../model/picture.js';
import { hostOf, portOf } from '../../net/address.js';
import { shortened } from '../shortened.js';

/** Widths of a character of the two lines beside a node, in pixels. */
const NAME_CHARACTER = 7.4;
const FIGURE_CHARACTER = 6.4;
/** A ring is not drawn smaller than this for the sake of long names, in pixels. */
const RADIUS_MIN = 84;
const NAME_MAX = 26;

export interface Names {
  readonly of: ReadonlyMap<string, string>;
  /** The widest label, in pixels. */
  readonly width: number;
  /** The host that all have, where the names leave it out. */
  readonly host?: string;
}

/** What nodes are called in the picture: by address, or, where there is no room and ports tell them apart, by port. */
export function namesIn(nodes: readonly RingNode[], width: number): Names {
  const full = namesBy(nodes, ({ address }) => address);
  if (width / 2 - full.width - 34 >= RADIUS_MIN) return full;
  return shortNames(nodes);
}

export function shortNames(nodes: readonly RingNode[]): Names {
  const ports = new Set(nodes.map(({ address }) => portOf(address)));
  const hosts = new Set(nodes.map(({ address }) => hostOf(address)));
  if (ports.size < nodes.length) return namesBy(nodes, ({ address }) => address.slice(-13));
  return { ...namesBy(nodes, ({ address }) => `:${portOf(address)}`), ...(hosts.size === 1 ? { host: [...hosts][0]! } : {}) };
}

function namesBy(nodes: readonly RingNode[], nameOf: (node: RingNode) => string): Names {
  const of = new Map(nodes.map((node) => [node.nodeId, shortened(nameOf(node), NAME_MAX)]));
  const longest = Math.max(...[...of.values()].map((name) => name.length), 1);
  const figures = Math.max(...nodes.map((node) => figureOf(node, 'up').length), 1);
  return { of, width: Math.max(longest * NAME_CHARACTER, Math.min(figures, 17) * FIGURE_CHARACTER) };
}

/** The second line: what the node keeps, or its state where that is not simply up. */
export function figureOf(node: RingNode, state: ShownState): string {
  if (state !== 'up') return state;
  if (node.movement !== undefined) return movementInShort(node.movement);
  if (node.files === undefined || node.bytes === undefined) return '';
  return `${countOf(node.files, 'file')}, ${bytesInWords(node.bytes)}`;
}

export function movementInShort({ bucketsDone, bucketsTotal, secondsLeft }: NonNullable<RingNode['movement']>): string {
  const share = bucketsTotal === 0 ? 100 : Math.floor((bucketsDone * 100) / bucketsTotal);
  return `takes over ${share} %${secondsLeft === undefined ? '' : `, ${durationInWords(secondsLeft * 1000)}`}`;
}
