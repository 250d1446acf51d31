import type { Schedule } from './stage.js';

const DAYS_MS = 2 * 86_400_000;

/** The clock of the node that raises the floor jumps two days ahead, and is put right again. Nobody refuses what the others do for it. */
export const clockAhead: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const ahead = stage.node(0);
  stage.answered(workload.put(stage.node(1), name));
  ahead.clock.skewMs += DAYS_MS;
  stage.never('a floor above the clocks of the others', () => world.running().some(({ ring }) => ring!.placement.floor > stage.node(1).clock.wallMs(world.nowMs) * 1000));
  stage.pass(40_000);
  stage.answered(workload.delete(stage.node(1), name));
  ahead.clock.skewMs -= DAYS_MS;
  stage.pass(40_000);
  stage.answered(workload.put(stage.node(2), name, { ifNoneMatch: '*' }));
};
