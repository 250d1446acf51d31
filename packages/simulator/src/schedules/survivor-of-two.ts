import type { Schedule } from './stage.js';

/** One of two nodes dies, the other goes on alone and weakly; then they change places before they meet again. */
export const survivorOfTwo: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(1), name));
  stage.node(0).crash();
  stage.pass(500);
  stage.answered(workload.put(stage.node(1), name));
  stage.answered(workload.read(stage.node(1), name));
  stage.node(1).crash();
  stage.node(0).start();
  stage.pass(3_000);
  stage.answered(workload.delete(stage.node(0), name));
  stage.answered(workload.put(stage.node(0), name, { ifNoneMatch: '*' }));
  stage.node(1).start();
  stage.pass(2_000);
  stage.answered(workload.read(stage.node(1), name));
};
