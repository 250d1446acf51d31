import type { Operation } from '../history.js';
import type { Schedule } from './stage.js';

/**
 * A node cut off, whose clock is ahead, replaces a file if it is still what it was, while the majority replaces it too. When they meet, the
 * condition does not hold any more: what the node wrote stays beside the file.
 */
export const conditionalBranch: Schedule = (stage) => {
  const { workload, name, node } = { workload: stage.workload, name: stage.name, node: stage.node(0) };
  const digest = digestOf(stage.answered(workload.put(stage.node(1), name)));
  stage.pass(500);
  node.clock.skewMs += 5_000;
  stage.split([0], [1, 2, 3]);
  const aside = workload.put(node, name, { ifMatch: [digest] });
  stage.answered(workload.put(stage.node(2), name));
  stage.answered(aside);
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(stage.node(3), name));
};

export function digestOf({ request }: Operation): string {
  return request.op === 'put' ? request.digest : '';
}
