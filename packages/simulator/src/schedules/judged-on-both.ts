import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * Cut off from each other, one owner writes a file and another one, later, replaces it if it is what it was. A majority that has met both would have the second,
 * and a client replaces that, on condition that it is that; but no ACCEPT arrives. Of the two only the first is taken in and read; then the third comes, which
 * has seen both. What it was to replace has never been there.
 */
export const judgedOnBoth: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [one, two, three] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [beside, companion, writer] = others as [SimulatedNode, SimulatedNode, SimulatedNode];
  const before = stage.answered(workload.put(three, name));
  stage.splitInto([one, beside], [two, companion], [three, writer]);
  stage.pass(6_000);
  const blind = stage.answered(workload.put(two, name));
  const conditional = stage.answered(workload.put(one, name, { ifMatch: [digestOf(before)] }));
  world.network.heal();
  // Nobody else brings them together before the writer has met both.
  stage.lose((from, to, { type }) => type === 'ACCEPT' || type === 'SYNCED' || (type === 'PREPARE' && from !== writer) || (from === three && to === writer && type === 'PROMISE'));
  stage.pass(2_000);
  const third = workload.put(writer, name, { ifMatch: [digestOf(conditional)] });
  stage.until('a version of the third', () => third.answer !== undefined || writer.disk.register(name)?.mine?.digest === digestOf(third));
  stage.splitInto([two, three, companion], [one, beside, writer]);
  stage.lose(() => false);
  stage.answered(third);
  stage.until('the first to be taken in', () => two.disk.register(name)?.value?.digest === digestOf(blind));
  stage.answered(workload.read(three, name));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(three, name));
};
