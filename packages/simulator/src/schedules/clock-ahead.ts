import type { Schedule } from './stage.js';

const DAYS_MS = 2 * 86_400_000;

/**
 * The clock of the node that raises the floor jumps two days ahead, and is put right again. Nobody refuses what the others do for it: what
 * one of them writes, cut off, is taken in when it is back.
 */
export const clockAhead: Schedule = (stage) => {
  const { workload, name } = stage;
  const ahead = stage.node(0);
  stage.answered(workload.put(stage.node(1), name));
  ahead.clock.skewMs += DAYS_MS;
  stage.pass(40_000);
  stage.answered(workload.delete(stage.node(1), name));
  ahead.clock.skewMs -= DAYS_MS;
  stage.pass(40_000);
  stage.answered(workload.put(stage.node(2), name, { ifNoneMatch: '*' }));
  stage.split([], [3]);
  stage.answered(workload.put(stage.node(3), name));
  stage.heal();
};
