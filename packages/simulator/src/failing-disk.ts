import { compareStamps, type Stamp } from '@coring/protocol';
import type { Content } from './disk.js';
import type { SimulatedNode } from './simulated-node.js';

/** Whether there is room for more than the node's own records. */
export function hasRoom({ disk, world }: SimulatedNode): boolean {
  return world.nowMs >= disk.fullUntilMs;
}

/** The bytes of a kept version, as far as the disk gives them; that they are damaged is noticed. */
export function readKept(node: SimulatedNode, name: string, version: Stamp): Content | undefined {
  const { disk, world } = node;
  if (world.nowMs < disk.unreadableUntilMs) return undefined;
  const content = disk.content(name, version);
  const isDamaged = content === undefined && disk.versionsOf(name).some((kept) => compareStamps(kept, version) === 0);
  if (isDamaged) node.later(0, () => node.feed({ type: 'damaged', name, version }));
  return content;
}

/** Reads all that is kept, and notices what is damaged. */
export function scrub(node: SimulatedNode): void {
  for (const { name, version } of node.disk.damaged()) node.feed({ type: 'damaged', name, version });
}

/** The operator makes room, and the disk can be read again. */
export function mendDisk({ disk }: SimulatedNode): void {
  disk.fullUntilMs = -1;
  disk.unreadableUntilMs = -1;
}
