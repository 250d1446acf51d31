import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * The first upload of a file, and then its deletion, are accepted by one of three owners alone, which is cut off. Begun anew at the others, who have heard of
 * neither, the deletion comes first: that there was anything to delete nobody may be told, for the upload comes about only then.
 */
export const deletedBeforeMade: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [first, second, third] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [one, two] = others as [SimulatedNode, SimulatedNode];
  const isFrom = (writer: SimulatedNode, from: SimulatedNode, type: string) => from === writer && (type === 'PREPARE' || type === 'ACCEPT');
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to !== first);
  const upload = workload.put(one, name);
  stage.until('an acceptance of the upload by one owner', () => first.disk.register(name)?.value?.digest === digestOf(upload));
  stage.lose((from, to, { type }) => (type === 'ACCEPT' && to !== first) || (from === third && to === two) || isFrom(one, from, type));
  const deletion = workload.delete(two, name);
  stage.until('an acceptance of the deletion by it', () => first.disk.register(name)?.value?.deleted === true);
  world.network.split(new Map([[first.name, 1]]));
  stage.lose((from, _to, { type }) => isFrom(one, from, type));
  stage.answered(deletion);
  stage.lose(() => false);
  stage.answered(upload);
  stage.answered(workload.read(second, name));
  stage.heal();
};
