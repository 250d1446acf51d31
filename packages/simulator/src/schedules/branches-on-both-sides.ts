import type { Schedule } from './stage.js';

/** Both halves of a split take uploads for one name, twice each; when they meet, no acknowledged upload may be gone. */
export const branchesOnBothSides: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(0), name));
  stage.split([0, 1], [2, 3]);
  stage.pass(6_000);
  for (let round = 0; round < 2; round++) {
    const here = workload.put(stage.node(round), name);
    const there = workload.put(stage.node(3 - round), name);
    stage.answered(here);
    stage.answered(there);
  }
  stage.heal();
  stage.pass(1_000);
  stage.answered(workload.read(stage.node(1), name));
};
