import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * Two uploads, the second one on top of the first, are accepted by one of three owners alone, which is cut off then. Begun anew at the other two they come about
 * the other way round. At the owner that is cut off somebody replaces what it has, on condition that it is the second: it has seen both, but that is not what is
 * there.
 */
export const orderChanged: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [first, second, third] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [one, two] = others as [SimulatedNode, SimulatedNode];
  const isThere = (digest: string) => first.disk.register(name)?.value?.digest === digest;
  const isFrom = (writer: SimulatedNode, type: string) => (from: SimulatedNode) => from === writer && (type === 'PREPARE' || type === 'ACCEPT');
  stage.answered(workload.put(second, name));
  stage.pass(500);
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to !== first);
  const early = workload.put(one, name);
  stage.until('an acceptance of the first by one owner', () => isThere(digestOf(early)));
  stage.lose((from, to, { type }) => (type === 'ACCEPT' && to !== first) || (from === third && to === two) || isFrom(one, type)(from));
  const late = workload.put(two, name);
  stage.until('an acceptance of the second by it', () => isThere(digestOf(late)));
  world.network.split(new Map([[first.name, 1]]));
  stage.lose((from, _to, { type }) => isFrom(one, type)(from));
  stage.answered(late);
  stage.lose(() => false);
  stage.answered(early);
  stage.answered(workload.read(second, name));
  stage.answered(workload.put(first, name, { ifMatch: [digestOf(late)] }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(second, name));
};
