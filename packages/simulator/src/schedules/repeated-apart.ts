import type { WriteRequest } from '../history.js';
import { isCurrent } from './current.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * Two nodes cut off take the same upload, by its id, one after the other, while the owners take another one. The two meet the owners one after the other, and then the
 * client asks once more: it is told that its upload is kept, and what the owners took stays the file.
 */
export const repeatedApart: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [one, other] = others as [SimulatedNode, SimulatedNode];
  stage.splitInto([], [one], [other]);
  stage.pass(10_000);
  const first = stage.answered(workload.put(one, name));
  stage.answered(workload.repeat(other, first.request as WriteRequest));
  const chosen = stage.answered(workload.put(voters[0]!, name));
  stage.splitOff(other);
  stage.pass(15_000);
  stage.heal();
  stage.pass(15_000);
  stage.never('what was done is done once more', () => !isCurrent(voters[1]!, chosen));
  stage.answered(workload.repeat(voters[1]!, first.request as WriteRequest));
};

/** A node cut off takes a deletion, while the others take a newer upload, which keeps the name when they meet. The deletion, repeated by its id, deletes nothing that it has not met. */
export const deletedApart: Schedule = (stage) => {
  const { workload, name } = stage;
  const [writer, asked, apart] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  stage.splitOff(apart);
  stage.pass(10_000);
  const deletion = stage.answered(workload.delete(apart, name));
  const newer = stage.answered(workload.put(writer, name));
  stage.heal();
  stage.pass(15_000);
  stage.never('what was done is done once more', () => !isCurrent(writer, newer));
  stage.answered(workload.repeat(asked, deletion.request as WriteRequest));
};
