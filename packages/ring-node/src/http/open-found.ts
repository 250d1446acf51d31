import { type Opened, OpenedBytes } from '@coring/file-store';
import type { NodeFace } from '../node/node-face.js';
import type { Found } from './answer-file.js';

/** The bytes of what was found: those that came with the answer, else from where it says they are. Undefined where they cannot be had. */
export async function openFound(node: NodeFace, name: string, { bytes, from }: Found, range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal): Promise<Opened | undefined> {
  if (bytes !== undefined) return new OpenedBytes(bytes, range);
  return from && node.open(name, from, range, signal);
}
