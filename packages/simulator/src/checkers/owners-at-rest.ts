import { preference, bucketOf, type Epoch } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { World } from '../world.js';

/** The newest epoch that any running node knows. */
export function newestEpoch(world: World): Epoch | undefined {
  let newest: Epoch | undefined;
  for (const { ring } of world.running()) {
    const epoch = ring?.placement.epochs.at(-1);
    if (epoch !== undefined && epoch.number > (newest?.number ?? 0)) newest = epoch;
  }
  return newest;
}

/** The nodes that should hold a name in that epoch, computed here once more: a check does not ask the checked. */
export function ownersOf(world: World, epoch: Epoch, name: string): SimulatedNode[] {
  const { copies } = epoch.settings;
  const owners = preference(bucketOf(name), epoch.members).slice(0, copies === 0 ? epoch.members.length : copies);
  return owners.map((nodeId) => world.nodes.find((node) => node.nodeId === nodeId)).filter((node) => node !== undefined);
}

/** Every name that any node has a record of. */
export function knownNames(world: World): string[] {
  return [...new Set(world.nodes.flatMap((node) => node.disk.names()))];
}
