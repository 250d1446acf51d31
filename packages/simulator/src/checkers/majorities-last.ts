import type { Watcher, World } from '../world.js';

/** What a majority had is never passed over, as long as no disk was lost or copied: that it is brought back then hides what went wrong. */
export function watchMajorities(world: World): Watcher {
  let isTold = false;
  return {
    stepped({ name, ring }) {
      if (isTold || ring!.files.broughtBack === 0 || world.losses.disks > 0 || world.losses.clones > 0) return;
      isTold = true;
      world.fail('majorities-last', `${name} brings back what a majority had`);
    },
  };
}
