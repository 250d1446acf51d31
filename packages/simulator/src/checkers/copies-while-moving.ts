import { compareStamps, type Epoch, type Stamp } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { Watcher, World } from '../world.js';
import { newestEpoch } from './owners-at-rest.js';

/** Who lets go of a name leaves as many copies of what was acknowledged, or of what came after that, as are wanted: they never get fewer by moving. */
export function watchCopies(world: World): Watcher {
  return {
    saving(node, changes) {
      for (const change of changes) {
        if (change.do !== 'delete' || change.space !== 'register') continue;
        const wanted = Math.min(...[node.ring?.placement.epochs.at(-1), newestEpoch(world)].map(copiesWanted));
        for (const version of node.disk.versionsOf(change.key)) {
          if (!isAcknowledged(world, change.key, version)) continue;
          const holders = world.nodes.filter((other) => other !== node && other.standing !== 'left' && hasKept(other, change.key, version));
          if (holders.length >= wanted) continue;
          world.fail('copies-while-moving', `${node.name} lets go of ${change.key}, of which only ${holders.map(({ name }) => name).join(', ') || 'nobody'} has a copy: ${wanted} are wanted`);
        }
      }
    },
  };
}

function isAcknowledged(world: World, name: string, version: Stamp): boolean {
  return world.history.of(name).some(({ answer }) => answer?.type === 'stored' && compareStamps(answer.value.version, version) === 0);
}

function copiesWanted(epoch: Epoch | undefined): number {
  const members = epoch?.members.length ?? 0;
  return Math.min(epoch?.settings.copies || members, members);
}

function hasKept({ disk }: SimulatedNode, name: string, version: Stamp): boolean {
  const seen = disk.register(name)?.value?.seen[version.node] ?? -1;
  return seen >= version.time || disk.versionsOf(name).some((kept) => compareStamps(kept, version) === 0);
}
