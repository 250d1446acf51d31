import { bytesInWords, countOf, durationInWords, type RingBody, type RingNode } from '@coring/protocol';
import { movementInWords } from './movement-in-words.js';
import { plain } from './plain.js';
import { table } from './table.js';

/** The ring as one node sees it: its order, its nodes, how well it is. */
export function drawRing(ring: RingBody, nowMs: number): string {
  const present = ring.nodes.filter(({ state }) => state !== 'left');
  return [`${drawOrder(ring)}\n\n`, table([['', 'ADDRESS', 'STATE', 'NODE', 'FILES', 'SIZE', 'FREE'], ...present.map((node) => rowOf(node, ring))], [4, 5, 6]), '\n', ...present.map(movementLine), `${healthInWords(ring)}\n`, `${settingsInWords(ring)}\n`, `${checkInWords(ring, nowMs)}\n`].join('');
}

/** `A --> B --> C --> A`, over the nodes that are up, from the smallest position. */
export function drawOrder(ring: RingBody): string {
  const up = ring.nodes.filter(({ state }) => state === 'up' || state === 'leaving').map(({ address }) => plain(address));
  return up.length === 0 ? '(no node is up)' : [...up, up[0]].join(' --> ');
}

function rowOf(node: RingNode, ring: RingBody): string[] {
  const mark = node.nodeId === ring.self ? '*' : '';
  const state = node.suspected === true && node.state === 'up' ? 'up?' : node.state;
  const size = (bytes: number | undefined): string => (bytes === undefined ? '' : bytesInWords(bytes));
  return [mark, plain(node.address), state, node.nodeId, node.files === undefined ? '' : String(node.files), size(node.bytes), size(node.freeBytes)];
}

function movementLine({ address, movement }: RingNode): string {
  return movement === undefined ? '' : `${plain(address)} ${movementInWords(movement)}\n`;
}

function healthInWords({ state, nodes }: RingBody): string {
  const missing = nodes.filter((node) => node.state === 'down').length;
  switch (state) {
    case 'whole':
      return 'whole: every node is up and the last CHECK came home';
    case 'degraded':
      return missing === 0 ? 'degraded: a CHECK has yet to come home' : `degraded: ${countOf(missing, 'node is', 'nodes are')} down, a majority is up`;
    case 'split':
      return 'split: no majority of the ring answers; what is written now is graded weak';
  }
}

function settingsInWords({ settings, epoch, oldestEpoch, members, ringId }: RingBody): string {
  const copies = settings.copies === 0 ? 'a copy on every node' : countOf(settings.copies, 'copy', 'copies');
  const moving = oldestEpoch < epoch ? `, copies still follow the change from ${oldestEpoch}` : '';
  return `ring ${ringId}: ${copies}, writes ${settings.writes}, epoch ${epoch} of ${countOf(members.length, 'member')}${moving}`;
}

function checkInWords({ lastCheck }: RingBody, nowMs: number): string {
  if (lastCheck === undefined) return 'no CHECK has come home yet';
  const ago = durationInWords(Math.max(0, nowMs - lastCheck.atMs));
  return `last CHECK: ${countOf(lastCheck.hops, 'hop')} in ${durationInWords(lastCheck.tookMs)}, ${ago} ago`;
}
