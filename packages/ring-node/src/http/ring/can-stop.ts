import { type CanStopBody, isHere, type RingBody } from '@coring/protocol';
import { copiesWanted, isKept, type ListedName, votersIn } from '../../ring/index.js';
import type { NodeFace } from '../../node/node-face.js';
import { refusalOf } from '../files/refusal.js';

const NAMES_AT_ONCE = 1000;
/** So many names are told; all are counted. */
const NAMES_TOLD_MAX = 100;

/** Whether a node may be stopped without anything being lost or endangered: by what every node says that it keeps, and who is up just now. */
export async function canStop(node: NodeFace, nodeId: string, deadlineMs: number, signal: AbortSignal): Promise<CanStopBody> {
  const risks: CanStopBody['risks'] = [];
  const names: string[] = [];
  let onlyCopies = 0;
  let isLastButOne = false;
  let isPartial = false;
  let after: string | undefined = '';
  do {
    const page = await node.request({ op: 'list', prefix: '', after, limit: NAMES_AT_ONCE, requireStrong: false, deadlineMs }, signal);
    if (page.type !== 'listed') throw refusalOf(page);
    isPartial ||= page.partial;
    for (const file of page.files) {
      const left = leftWithout(file, nodeId);
      isLastButOne ||= left === 1;
      if (left !== 0) continue;
      onlyCopies++;
      if (names.length < NAMES_TOLD_MAX) names.push(file.name);
    }
    after = page.next;
  } while (after !== undefined);
  const ring = node.ring();
  if (onlyCopies > 0) risks.push('only-copies');
  if (isLastButOne && copiesWanted(ring) > 1) risks.push('last-but-one');
  if (!isMajorityWithout(ring, nodeId)) risks.push('no-majority');
  if (ring.oldestEpoch < ring.epoch) risks.push('moving');
  if (isPartial) risks.push('unsure');
  return { nodeId, canStop: risks.length === 0, risks, onlyCopies, names };
}

/** How many others who were asked keep what that node keeps of a name, its current bytes and conflict copies: the fewest of any. */
function leftWithout({ value, held }: ListedName, nodeId: string): number {
  const holders = [value, ...value.conflicts].map(({ version }) => held.filter(({ versions }) => isKept(versions, version)));
  return Math.min(...holders.filter((nodes) => nodes.some((one) => one.nodeId === nodeId)).map((nodes) => nodes.length - 1));
}

/** Whether so few members are away without it that no name lacks a majority of its voters. */
function isMajorityWithout(ring: RingBody, nodeId: string): boolean {
  const { nodes, members } = ring;
  const isUp = (member: string): boolean => nodes.some((one) => one.nodeId === member && isHere(one));
  const away = members.filter((member) => member === nodeId || !isUp(member)).length;
  return 2 * away < votersIn(ring);
}
