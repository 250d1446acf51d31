import type { SimulatedNode } from '../simulated-node.js';
import type { Watcher, World } from '../world.js';

/** What a majority had is never passed over, as long as no disk was lost or copied: that it is brought back then hides what went wrong. */
export function watchMajorities(world: World): Watcher {
  const seen = new Map<SimulatedNode, number>();
  return {
    stepped(node) {
      const { broughtBack } = node.ring!.files;
      if ((seen.get(node) ?? 0) >= broughtBack) return;
      seen.set(node, broughtBack);
      if (world.losses.disks === 0 && world.losses.clones === 0) world.fail('majorities-last', `${node.name} brings back what a majority had`);
      else world.count('brought back');
    },
  };
}
