import { compareStamps, type Epoch, type Stamp } from '@coring/protocol';
import { hasSeen } from '@coring/ring-node/ring';
import type { SimulatedNode } from '../simulated-node.js';
import type { Watcher, World } from '../world.js';
import { newestEpoch } from './owners-at-rest.js';

/**
 * Who lets go of a name leaves as many copies of what was acknowledged, or of what came after that, as are wanted: they never get fewer by moving. What a
 * majority has gone on from, and keeps no copy of beside it, nobody will ask for.
 */
export function watchCopies(world: World): Watcher {
  return {
    saving(node, changes) {
      for (const change of changes) {
        if (change.do !== 'delete' || change.space !== 'register' || world.losses.mayConcern(change.key, world.history)) continue;
        const wanted = Math.min(...[node.ring?.placement.epochs.at(-1), newestEpoch(world)].map(copiesWanted));
        for (const version of node.disk.versionsOf(change.key)) {
          // Who lets go cannot know yet what other disks have lost since.
          const needed = Math.min(wanted, copiesPromised(world, change.key, version)) - world.losses.disks;
          const others = world.nodes.filter((other) => other !== node && other.standing !== 'left');
          const holders = others.filter((other) => hasKept(other, change.key, version));
          const isPast = 2 * others.filter((other) => hasGoneOn(other, change.key, version)).length > wanted;
          if (holders.length >= needed || isPast) continue;
          world.fail('copies-while-moving', `${node.name} lets go of ${change.key}, of which only ${holders.map(({ name }) => name).join(', ') || 'nobody'} has a copy: ${needed} are wanted`);
        }
      }
    },
  };
}

/** Of a version that somebody was told is stored: as many as are wanted; weakly, only those that were told. */
function copiesPromised(world: World, name: string, version: Stamp): number {
  const promises = world.history.of(name).map(({ answer }) => {
    if (answer?.type !== 'stored' || compareStamps(answer.value.version, version) !== 0) return 0;
    return answer.receipt.grade === 'strong' ? Infinity : answer.receipt.copies;
  });
  return Math.max(0, ...promises);
}

function copiesWanted(epoch: Epoch | undefined): number {
  const members = epoch?.members.length ?? 0;
  return Math.min(epoch?.settings.copies || members, members);
}

/** The version itself, or one, also beside the main line, whose writer has seen it. */
function hasKept({ disk }: SimulatedNode, name: string, version: Stamp): boolean {
  const { value, branches = [] } = disk.register(name) ?? {};
  const successors = value === undefined ? branches : [value, ...branches];
  return successors.some(({ seen }) => hasSeen(seen, version)) || disk.versionsOf(name).some((kept) => compareStamps(kept, version) === 0);
}

function hasGoneOn({ disk }: SimulatedNode, name: string, version: Stamp): boolean {
  const value = disk.register(name)?.value;
  return value !== undefined && hasSeen(value.seen, version) && !value.conflicts.some((conflict) => compareStamps(conflict.version, version) === 0);
}
