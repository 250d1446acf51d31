import type { Schedule } from './stage.js';

/** With one copy of each file, a node leaves for good: what it alone had moves away before it is gone. */
export const drainedLeaver: Schedule = (stage) => {
  const { workload, world } = stage;
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) stage.answered(workload.put(stage.node(0), name));
  stage.node(1).feed({ type: 'leave', mode: 'for-good' });
  stage.until('the leaver to be gone', () => stage.node(1).standing === 'left');
  for (const name of names) for (const node of world.running()) stage.answered(workload.read(node, name));
};

/** A node burns and the operator forgets it: the others are a whole ring again, strong in what they do. */
export const forgottenNode: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(1), name));
  const burnt = stage.node(2);
  burnt.crash();
  burnt.standing = 'left';
  stage.pass(6_000);
  stage.node(0).feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: burnt.nodeId });
  stage.until('an epoch without it', () => [0, 1].every((index) => stage.node(index).ring?.placement.epochs.at(-1)?.members.length === 2));
  stage.answered(workload.put(stage.node(0), name));
  stage.answered(workload.read(stage.node(1), name));
};
