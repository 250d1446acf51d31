import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * A node cut off replaces a file if it is still what it was, while the others delete it. When they meet, what it wrote stays beside the tombstone, as a
 * conflict copy that nobody has resolved: so the tombstone stays.
 */
export const conflictBesideTombstone: Schedule = (stage) => {
  const { workload, name } = stage;
  const before = stage.answered(workload.put(stage.node(1), name));
  stage.pass(500);
  stage.split([0], [1, 2, 3]);
  const aside = workload.put(stage.node(0), name, { ifMatch: [digestOf(before)] });
  stage.answered(workload.delete(stage.node(2), name));
  stage.answered(aside);
  stage.heal();
  stage.pass(90_000);
  stage.answered(workload.read(stage.node(3), name));
};
