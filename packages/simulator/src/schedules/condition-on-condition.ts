import type { Schedule } from './stage.js';

/**
 * A file is there. One of its voters and another node are cut off from the rest: there it is replaced. Two more, cut off from all of them, know nothing of it, and
 * it is written there on the condition that nothing is there. These two then meet the one that has replaced it, and delete what they have written: that must not
 * count against what was there before.
 */
export const conditionOnCondition: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [replacer, unknowing, companion] = [others[0]!, others[1]!, others[2]!];
  stage.answered(workload.put(voters[0]!, name));
  stage.pass(500);
  stage.splitInto([voters[1]!, voters[2]!], [voters[0]!, replacer], [unknowing, companion]);
  stage.pass(6_000);
  stage.answered(workload.put(replacer, name));
  const conditional = stage.answered(workload.put(unknowing, name, { ifNoneMatch: '*' })).request;
  // Nobody takes in what is there before the deletion comes: what that had seen would not be all then.
  voters[0]!.crash();
  stage.splitInto([...voters], [replacer, unknowing, companion]);
  stage.pass(4_000);
  stage.answered(workload.delete(unknowing, name, { ifMatch: conditional.op === 'put' ? [conditional.digest] : [] }));
  stage.heal();
  voters[0]!.start();
  stage.pass(8_000);
  stage.answered(workload.read(voters[1]!, name));
};
