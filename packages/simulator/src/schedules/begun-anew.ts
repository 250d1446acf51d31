import type { Operation } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { Schedule, Stage } from './stage.js';

/**
 * Two uploads, the second one on top of the first, are accepted by one of three owners alone, which is cut off then. Begun anew at the other two they come about
 * the other way round. At the owner that is cut off somebody replaces what it has, on condition that it is the second: it has seen both, but that is not what is
 * there.
 */
export const orderChanged: Schedule = (stage) => {
  const { workload, name } = stage;
  const [first, second] = stage.roles().voters as [SimulatedNode, SimulatedNode];
  stage.answered(workload.put(second, name));
  stage.pass(500);
  const late = begunAnew(stage, (node) => workload.put(node, name));
  stage.answered(workload.put(first, name, { ifMatch: [digestOf(late)] }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(second, name));
};

/**
 * The first upload of a file, and then its deletion, are accepted by one of three owners alone, which is cut off. Begun anew at the others, who have heard of
 * neither, the deletion comes first: that there was anything to delete nobody may be told, for the upload comes about only then.
 */
export const deletedBeforeMade: Schedule = (stage) => {
  begunAnew(stage, (node) => stage.workload.delete(node, stage.name));
  stage.heal();
};

/** An upload, and what is written on top of it, at one owner; and both at the others, the later one first. */
function begunAnew(stage: Stage, write: (node: SimulatedNode) => Operation): Operation {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [first, second, third] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [one, two] = others as [SimulatedNode, SimulatedNode];
  const isOfOne = (from: SimulatedNode, type: string) => from === one && (type === 'PREPARE' || type === 'ACCEPT');
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to !== first);
  const early = workload.put(one, name);
  stage.until('an acceptance of the first by one owner', () => isCurrent(first, early));
  stage.lose((from, to, { type }) => (type === 'ACCEPT' && to !== first) || (from === third && to === two) || isOfOne(from, type));
  const late = write(two);
  stage.until('an acceptance of the second by it', () => isCurrent(first, late));
  stage.splitOff(first);
  stage.lose((from, _to, { type }) => isOfOne(from, type));
  stage.answered(late);
  stage.lose(() => false);
  stage.answered(early);
  stage.answered(workload.read(second, name));
  return late;
}
