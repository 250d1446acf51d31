import type { PutRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * Two nodes cut off from each other take uploads of the same content, by two clients. They meet the owners, where one of the two is the file then. Another node, which has the
 * one alone, takes a deletion of it: what that client had not seen, the other upload, stays.
 */
export const alike: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [one, two, other] = others as [SimulatedNode, SimulatedNode, SimulatedNode];
  stage.splitInto([], [one, two], [other]);
  stage.pass(10_000);
  const first = stage.answered(workload.put(other, name)).request as PutRequest;
  stage.pass(1_000);
  stage.answered(world.ask(one, { ...first, ref: 'alike', opId: 'alike', token: 'alike' }));
  stage.splitOff(two);
  stage.until('both to be taken in', () => voters.every(({ disk }) => disk.register(name)?.value?.ops.length === 2));
  stage.answered(workload.delete(two, name));
  stage.heal();
  stage.pass(5_000);
};
