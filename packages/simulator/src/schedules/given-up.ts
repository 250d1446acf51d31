import { digestOf } from './conditional-branch.js';
import { ownersOf } from './names.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * One voter alone accepts a conditional upload and is away. The others have gone on: the upload fails for good, and its node writes again. When the voter is back
 * it owns nothing of the file any more. What it has was never chosen, though a later version of the same node is: it lets go of it.
 */
export const givenUp: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters: [first, , alone], others: [writer] } = stage.roles() as { voters: [SimulatedNode, SimulatedNode, SimulatedNode]; others: [SimulatedNode] };
  const before = stage.answered(workload.put(first, name));
  stage.pass(1_500);
  stage.lose((from, to, { type }) => from === writer && to !== alone && ['PREPARE', 'ACCEPT', 'BRANCH'].includes(type));
  const lost = workload.put(writer, name, { ifMatch: [digestOf(before)] });
  stage.until('one voter to take it', () => alone.disk.register(name)?.value?.version.node === writer.nodeId);
  alone.crash();
  stage.answered(workload.put(first, name));
  stage.heal();
  stage.answered(lost);
  stage.answered(workload.put(writer, name));
  stage.until('an epoch without that voter', () => isMember(first, first) && !isMember(first, alone));
  while (ownersOf(name, [...world.running(), alone]).includes(alone.nodeId)) {
    world.addNode([first.address]).start();
    stage.pass(200);
  }
  stage.until('an epoch of the newcomers', () => isMember(first, first) && first.ring!.placement.epochs.at(-1)!.members.length === world.running().length);
  alone.start();
  stage.until('it to be a member again', () => isMember(alone, alone));
  stage.until('it to let go of what was given up', () => alone.disk.register(name) === undefined);
};

/** Whether a node is in the only epoch in force, as another one knows it. */
function isMember({ ring }: SimulatedNode, { nodeId }: SimulatedNode): boolean {
  const placement = ring?.placement;
  return placement !== undefined && placement.oldest === placement.newest && placement.epochs.at(-1)!.members.some((member) => member.nodeId === nodeId);
}
