import type { RingBody, RingNode } from '../http/bodies.js';
import type { CopiesBody } from '../http/copies.js';
import { countOf, durationInWords } from './units.js';

export interface StateLine {
  readonly text: string;
  /** What to do, or what happens by itself; absent where there is nothing to say. */
  readonly advice?: string;
}

/** Nodes named in an advice; of more, the number is told. */
const NAMED_MAX = 3;

/** How the whole ring is, in one line, as one node sees it. `copies`: how safe the files are, where it is known. */
export function stateLine(ring: RingBody, copies?: CopiesBody): StateLine {
  const present = ring.nodes.filter(({ state }) => state !== 'left');
  const files = copies === undefined ? undefined : filesInWords(copies, isMoving(ring));
  switch (ring.state) {
    case 'whole':
      return whole(present, files);
    case 'degraded':
      return degraded(ring, present, files);
    case 'split':
      return split(ring, files);
  }
}

function whole(present: readonly RingNode[], files: string | undefined): StateLine {
  const last = files === undefined ? '' : `: ${files}`;
  if (present.length > 1) return { text: `${present.length} nodes, whole${last}` };
  return { text: `1 node, alone${last}`, advice: `To have more copies, start another node with ${joinWords(present[0]!.address)}` };
}

function degraded(ring: RingBody, present: readonly RingNode[], files: string | undefined): StateLine {
  const last = files === undefined ? '' : `; ${files}`;
  const down = present.filter(({ state }) => state === 'down');
  const silent = present.filter((node) => node.suspected === true);
  const of = `of ${countOf(present.length, 'node')}`;
  if (down.length > 0) {
    const also = silent.length === 0 ? '' : `, ${silent.length} more ${silent.length === 1 ? 'does' : 'do'} not answer`;
    return { text: `degraded: ${down.length} ${of} ${down.length === 1 ? 'is' : 'are'} down${also}${last}`, advice: adviceOnDown(ring, down) };
  }
  if (silent.length > 0) {
    return { text: `degraded: ${silent.length} ${of} ${silent.length === 1 ? 'does' : 'do'} not answer just now${last}`, advice: `${named(silent)}: looked at again before anything is decided` };
  }
  return { text: `${countOf(present.length, 'node')}, settling: a CHECK has yet to come home${last}` };
}

function adviceOnDown({ settings }: RingBody, down: readonly RingNode[]): string {
  const [it, its, stays] = down.length === 1 ? ['it', 'its', 'stays'] : ['they', 'their', 'stay'];
  return `Start ${named(down)} again. If ${it} ${stays} away, ${its} copies are made elsewhere after ${durationInWords(settings.forgetAfterMs)}; lost for ever: webclient forget ADDRESS`;
}

function split(ring: RingBody, files: string | undefined): StateLine {
  const here = ring.members.filter((id) => ring.nodes.some((node) => node.nodeId === id && isHere(node))).length;
  const away = ring.nodes.filter((node) => node.state !== 'left' && !isHere(node));
  const writing = ring.settings.writes === 'strong' ? 'writing is refused' : 'writing goes on';
  return {
    text: [`split: ${here} of ${ring.members.length} here`, writing, ...(files === undefined ? [] : [files])].join('; '),
    advice: `Start ${named(away)} again, or mend the network between: the parts find each other and merge, nothing is overwritten. Lost for ever: webclient forget ADDRESS`,
  };
}

/** Whether a node is there for whoever needs it: one that sleeps starts when it is dialled. */
export function isHere({ state, suspected }: RingNode): boolean {
  return (state === 'up' || state === 'leaving' || state === 'asleep') && suspected !== true;
}

/** Copies follow a change of the ring. */
function isMoving({ nodes, epoch, oldestEpoch }: RingBody): boolean {
  return oldestEpoch < epoch || nodes.some(({ movement }) => movement !== undefined);
}

/** `every file has 3 copies`, or what is worst first: `2 files have one copy, 10 have 2 copies, being copied`. */
function filesInWords({ wanted, files, byCopies, partial }: CopiesBody, moving: boolean): string {
  if (files === 0) return 'no files yet';
  const short = Object.entries(byCopies)
    .map(([copies, count]) => ({ copies: Number(copies), count }))
    .filter(({ copies, count }) => copies < wanted && count > 0)
    .sort((a, b) => a.copies - b.copies);
  const unsure = partial ? ', as far as nodes have told' : '';
  if (short.length === 0) return `${files === 1 ? 'the one file has' : 'every file has'} ${copiesInWords(wanted)}${unsure}`;
  const parts = short.map(({ copies, count }, i) => `${i === 0 ? countOf(count, 'file') : count} ${count === 1 ? 'has' : 'have'} ${copiesInWords(copies)}`);
  return `${parts.join(', ')}${moving ? ', being copied' : ''}${unsure}`;
}

function copiesInWords(copies: number): string {
  return copies === 1 ? 'one copy' : `${copies} copies`;
}

function named(nodes: readonly RingNode[]): string {
  const names = nodes.slice(0, NAMED_MAX).map(({ address }) => address);
  return nodes.length > NAMED_MAX ? `${names.join(', ')} and ${nodes.length - NAMED_MAX} more` : names.join(', ') || 'the others';
}

function joinWords(address: string): string {
  const at = address.lastIndexOf(':');
  return `ring-node -i ${address.slice(0, at)} -p ${address.slice(at + 1)}`;
}
