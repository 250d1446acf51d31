import type { Schedule } from './stage.js';

/** Clients give large uploads up, one amid its body, one when the other owners have all of it: nobody keeps anything of them. */
export const uploadGivenUp: Schedule = (stage) => {
  const { workload, world, name } = stage;
  for (const isWhole of [false, true]) {
    workload.stream(stage.node(0), name, { isAnnounced: !isWhole, isGivenUp: true, isWhole, lastsMs: 500 });
    stage.pass(2_000);
  }
  if (world.nodes.some(({ disk, fetches }) => disk.staged.size + fetches.size > 0)) world.fail('nothing-left-over', 'an upload that was given up is still staged');
};
