import { addAbortSignal } from 'node:stream';
import { bucketOf, type CensusBody, compareStamps, formatStamp, type Stamp } from '@coring/protocol';
import type { NodeFace } from '../../node/node-face.js';
import { streamDigest } from '../../node/stream-digest.js';
import type { ListedName } from '../../ring/index.js';
import { refusalOf } from '../files/refusal.js';

export interface CensusRange {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

type Copy = CensusBody['files'][number]['copies'][number];

/**
 * Which node keeps which version of the names asked for, each copy read to its end at the node that says it has it, and compared with its digest. An
 * answer to a GET proves only that some node could give the bytes.
 */
export async function census(node: NodeFace, range: CensusRange, deadlineMs: number, signal: AbortSignal): Promise<CensusBody> {
  const page = await node.request({ op: 'list', ...range, requireStrong: false, deadlineMs }, signal);
  if (page.type !== 'listed') throw refusalOf(page);
  const files: CensusBody['files'] = [];
  for (const file of page.files) files.push(await counted(node, file, signal));
  return { files, ...(page.next === undefined ? {} : { next: page.next }), ...(page.partial ? { partial: true } : {}) };
}

async function counted(node: NodeFace, { name, value, held }: ListedName, signal: AbortSignal): Promise<CensusBody['files'][number]> {
  const copies: Copy[] = [];
  for (const { nodeId, versions } of held) {
    for (const version of versions) {
      const conflict = value.conflicts.find((one) => compareStamps(one.version, version) === 0);
      const isCurrent = compareStamps(value.version, version) === 0;
      const digest = isCurrent ? value.digest : conflict?.digest;
      const role = isCurrent ? 'current' : conflict === undefined ? 'left-over' : 'conflict';
      const sound = digest === undefined ? undefined : (await digestAt(node, name, { nodeId, version }, signal)) === digest;
      copies.push({ nodeId, version: formatStamp(version), role, ...(sound === undefined ? {} : { sound }) });
    }
  }
  return { name, version: formatStamp(value.version), owners: [...node.owners(bucketOf(name))], copies };
}

/** Sha-256 in hex of what a node gives for a version; undefined where it does not give it all. */
async function digestAt(node: NodeFace, name: string, from: { readonly nodeId: string; readonly version: Stamp }, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const opened = await node.open(name, from, undefined, signal);
  if (opened === undefined) return undefined;
  try {
    return await streamDigest(addAbortSignal(signal, opened.stream));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
