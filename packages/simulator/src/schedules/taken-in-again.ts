import { digestOf } from './conditional-branch.js';
import type { WriteRequest } from '../history.js';
import type { Schedule } from './stage.js';

/**
 * Cut off, one node writes a file; another one sees that, repeats an upload that was done long ago, and replaces it on condition that it is that.
 * The majority has deleted the file when the first of the two comes back: what that wrote stands again. The second one has not seen the deletion.
 */
export const takenInAgain: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [first, second] = others;
  const [p, q] = [world.nodes.indexOf(first!), world.nodes.indexOf(second!)];
  const upload = stage.answered(workload.put(voters[0]!, name));
  stage.pass(500);
  stage.split([], [p, q]);
  stage.pass(6_000);
  stage.answered(workload.put(first!, name));
  stage.split([], [p], [q]);
  stage.pass(3_000);
  stage.answered(workload.repeat(second!, upload.request as WriteRequest));
  stage.answered(workload.put(second!, name, { ifMatch: [digestOf(upload)] }));
  stage.answered(workload.delete(voters[0]!, name));
  stage.split([], [q]);
  stage.pass(10_000);
  stage.answered(workload.read(voters[1]!, name));
  stage.heal();
  stage.pass(10_000);
  stage.answered(workload.read(voters[1]!, name));
};
