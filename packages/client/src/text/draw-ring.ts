import { bytesInWords, type CopiesBody, countOf, durationInWords, type RingBody, type RingNode, stateLine } from '@coring/protocol';
import { movementInWords } from './movement-in-words.js';
import { plain } from './plain.js';
import { table } from './table.js';

/** The ring as one node sees it: how well it is and what to do, its order, its nodes, how safe its files are. */
export function drawRing(ring: RingBody, copies: CopiesBody | undefined, nowMs: number): string {
  const present = ring.nodes.filter(({ state }) => state !== 'left');
  const { text, advice } = stateLine(ring, copies);
  const rows = [['', 'ADDRESS', 'STATE', 'NODE', 'FILES', 'SIZE', 'FREE'], ...present.map((node) => rowOf(node, ring))];
  const lines = [
    plain(text),
    ...(advice === undefined ? [] : [plain(advice)]),
    '',
    drawOrder(ring),
    placeInWords(ring),
    '',
    table(rows, [4, 5, 6]),
    ...present.flatMap(({ address, movement }) => (movement === undefined ? [] : [`${plain(address)} ${movementInWords(movement)}`])),
    ...(copies === undefined ? [] : [copiesInWords(copies)]),
    settingsInWords(ring),
    checkInWords(ring, nowMs),
  ];
  return `${lines.join('\n')}\n`;
}

/** `A --> B --> C --> A`, over the nodes that are up, from the smallest position. */
export function drawOrder(ring: RingBody): string {
  const up = ring.nodes.filter(({ state }) => state === 'up' || state === 'leaving').map(({ address }) => plain(address));
  return up.length === 0 ? '(no node is up)' : [...up, up[0]].join(' --> ');
}

function rowOf(node: RingNode, ring: RingBody): string[] {
  const mark = node.nodeId === ring.self ? '*' : '';
  const state = node.suspected === true && node.state === 'up' ? 'suspected' : node.state;
  const size = (bytes: number | undefined): string => (bytes === undefined ? '' : bytesInWords(bytes));
  return [mark, plain(node.address), state, node.nodeId, node.files === undefined ? '' : String(node.files), size(node.bytes), size(node.freeBytes)];
}

function placeInWords({ nodes, self, previous, next }: RingBody): string {
  const nameOf = (id: string): string => plain(nodes.find(({ nodeId }) => nodeId === id)?.address ?? id.slice(0, 8));
  return `seen from ${nameOf(self)}, between ${nameOf(previous)} and ${nameOf(next)}`;
}

/** `copies: 120 files have 3, 12 have 1`, the most first. */
function copiesInWords({ files, byCopies, partial }: CopiesBody): string {
  const counts = Object.entries(byCopies).filter(([, count]) => count > 0).sort(([a], [b]) => Number(b) - Number(a));
  const parts = counts.map(([copies, count], i) => `${i === 0 ? countOf(count, 'file') : count} ${count === 1 ? 'has' : 'have'} ${copies}`);
  return `copies: ${files === 0 ? 'no files yet' : parts.join(', ')}${partial ? ', as far as nodes have told' : ''}`;
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
