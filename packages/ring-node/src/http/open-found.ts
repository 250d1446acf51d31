import { type Opened, OpenedBytes } from '@coring/file-store';
import type { NodeFace } from '../node/node-face.js';
import type { Found } from './answer-file.js';

/** So many nodes that keep the bytes are tried for them. */
const HOLDERS_MAX = 3;

/**
 * The bytes of what was found: those that came with the answer, else from where it says they are, else from another that keeps them: this node
 * may be unable to open its own copy, sound as it is. Undefined where they cannot be had.
 */
export async function openFound(node: NodeFace, name: string, { bytes, from, receipt }: Found, range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal): Promise<Opened | undefined> {
  if (bytes !== undefined) return new OpenedBytes(bytes, range);
  if (from === undefined) return undefined;
  const holders = [...new Set([from.nodeId, ...receipt.nodes])].slice(0, HOLDERS_MAX);
  for (const nodeId of holders) {
    const opened = await node.open(name, { ...from, nodeId }, range, signal);
    if (opened !== undefined || signal.aborted) return opened;
  }
  return undefined;
}
