import type { WriteRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/** More than are remembered of a name. */
const OTHERS = 16;

/**
 * An upload is repeated, by its id, at a node that owns nothing of the name and takes it for a new one until the owners tell. So many others follow at once that the request is
 * not remembered any more, and a deletion: what the node had made of the repeated request stays undone.
 */
export const repeatedAndForgotten: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [owner] = voters as [SimulatedNode];
  const first = stage.answered(workload.put(owner, name));
  stage.answered(workload.repeat(others[0]!, first.request as WriteRequest));
  for (let i = 0; i < OTHERS; i++) stage.answered(workload.put(owner, name));
  stage.answered(workload.delete(owner, name));
  stage.pass(15_000);
  stage.answered(workload.read(owner, name));
};
