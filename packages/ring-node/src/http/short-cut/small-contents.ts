import type { Stamp } from '@coring/protocol';
import { BoundedMemory } from '@coring/services';
import type { Receipt } from '../../ring/index.js';

/** A small content, ready to be sent. Its strings have one character for each byte: they go out without being encoded. */
export interface SmallContent {
  readonly name: string;
  readonly version: Stamp;
  /** Status line and fields that say this of it, all but those of the moment and of the connection. */
  readonly head: string;
  /** What `head` says of copies and ring. */
  readonly receipt: Receipt;
  readonly body: string;
}

/** What a content costs beside its bytes, roughly: head, name and place in the table. */
const OVERHEAD_BYTES = 1536;

/** Small contents sent of late, by the path that they were asked for: of each name one version. To note every use would cost each answer more than a miss now and then costs all. */
export function smallContents(bytesMax: number): BoundedMemory<string, SmallContent> {
  return new BoundedMemory(bytesMax, ({ body }) => body.length + OVERHEAD_BYTES);
}

export function isSameReceipt(a: Receipt, b: Receipt): boolean {
  if (a === b) return true;
  const isSame = a.grade === b.grade && a.copies === b.copies && a.wanted === b.wanted && a.hops === b.hops && a.epoch === b.epoch && a.health === b.health;
  return isSame && a.nodes.length === b.nodes.length && a.nodes.every((node, i) => node === b.nodes[i]);
}
