import type { Schedule } from './stage.js';

/** The power of the whole ring fails in the moment in which an upload is acknowledged: it is there when the power is back. */
export const powerFailure: Schedule = (stage) => {
  const { workload, name, world } = stage;
  for (let round = 0; round < 9; round++) {
    stage.answered(workload.put(stage.node(round % 3), name));
    for (const node of world.running()) node.crash();
    stage.pass(200);
    for (const node of world.nodes) node.start();
    stage.pass(2_500);
    stage.answered(workload.read(stage.node(2 - (round % 3)), name));
  }
};

/** A node alone is asked for what it is just making durable, and its power fails in the moment of the answer: what was read is there when the power is back. */
export const powerFailureWhileReading: Schedule = (stage) => {
  const { workload, name } = stage;
  const node = stage.node(0);
  for (let round = 0; round < 9; round++) {
    workload.put(node, name);
    stage.answered(workload.read(node, name));
    node.crash();
    node.start();
    stage.pass(2_500);
    stage.answered(workload.read(node, name));
  }
};
