import type { Operation } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Letter } from '../world.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { Schedule, Stage } from './stage.js';

/**
 * A conditional upload is accepted by one of three owners, and its next round meets the other two, who have something older: "the condition
 * failed" may be said only once that older content is chosen anew, or the first owner's copy would turn up after all.
 */
export const refusedAfterAccept: Schedule = (stage) => {
  const { first, voters, coordinator, upload } = acceptedByFirst(stage);
  // Later rounds meet the second and the third, and no further ACCEPT of the upload gets through.
  const isUpload = ({ type, text }: Letter) => type === 'ACCEPT' && text.includes(digestOf(upload));
  stage.lose((from, to, letter) => isUpload(letter) || (from === first && to === coordinator) || (from === coordinator && to === first));
  stage.answered(upload);
  stage.heal();
  for (const voter of voters) stage.answered(stage.workload.read(voter, stage.name));
};

/**
 * A conditional upload is accepted by one of three owners, which is cut off then. The other two have something older: the client hears that the condition
 * failed. At the owner that is cut off somebody replaces what it has, on condition that it is that. What never was there nobody can have replaced.
 */
export const refusedAndBuiltOn: Schedule = (stage) => {
  const { first, coordinator, upload } = acceptedByFirst(stage);
  const { workload, name } = stage;
  stage.splitOff(first);
  stage.lose(() => false);
  stage.answered(upload);
  stage.answered(workload.put(first, name, { ifMatch: [digestOf(upload)] }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(coordinator, name));
};

/** An upload on condition of another one: both are accepted by the first owner alone. */
function acceptedByFirst(stage: Stage): { readonly first: SimulatedNode; readonly voters: readonly SimulatedNode[]; readonly coordinator: SimulatedNode; readonly upload: Operation } {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [first, , third] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [writer, coordinator] = others as [SimulatedNode, SimulatedNode];
  stage.answered(workload.put(coordinator, name));
  stage.pass(500);
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to !== first);
  const named = workload.put(writer, name);
  stage.until('an acceptance by the first owner', () => isCurrent(first, named));
  writer.crash();
  // The first round of the conditional upload meets the first and the second owner, and is accepted by the first alone.
  stage.lose((from, to, { type }) => (type === 'ACCEPT' && to !== first) || (from === third && to === coordinator));
  const upload = workload.put(coordinator, name, { ifMatch: [digestOf(named)] });
  stage.until('its acceptance by the first owner', () => upload.answer !== undefined || isCurrent(first, upload));
  return { first, voters, coordinator, upload };
}
