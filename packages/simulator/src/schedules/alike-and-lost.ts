import type { PutRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule, Stage } from './stage.js';

/**
 * A node writes aside, what it wrote becomes a conflict copy, and its disk is lost before anybody has the bytes. Another one takes an upload of the same content aside, by another
 * client. It stands beside the file once, and the bytes of the second are all there is.
 */
export const alikeAndLost: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const { voters: [owner], others: [lost, second] } = stage.roles() as { voters: [SimulatedNode]; others: [SimulatedNode, SimulatedNode] };
  stage.answered(workload.put(owner, name));
  stage.splitOff(lost);
  stage.pass(6_000);
  const request = stage.answered(workload.put(lost, name)).request as PutRequest;
  stage.answered(workload.put(owner, name));
  stage.heal();
  stage.until('it to be taken in', () => besideFile(stage, owner).length === 1);
  lost.loseDisk();
  stage.splitOff(second);
  stage.pass(6_000);
  stage.answered(world.ask(second, { ...request, ref: 'alike', opId: 'alike', token: 'alike' }));
  stage.answered(workload.put(owner, name));
  stage.heal();
  stage.until('it to be taken in', () => second.disk.register(name) === undefined);
  const [beside] = besideFile(stage, owner);
  stage.until('its content to be there', () => owner.disk.content(name, beside!.version)?.digest === request.digest);
};

function besideFile({ name }: Stage, owner: SimulatedNode) {
  return owner.disk.register(name)?.value?.conflicts ?? [];
}
