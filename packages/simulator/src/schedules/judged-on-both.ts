import type { Operation } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { Schedule, Stage } from './stage.js';

/**
 * Cut off from each other, one owner writes a file and another one, later, replaces it if it is what it was. A majority that has met both would have the second,
 * and a client replaces that, on condition that it is that; but no ACCEPT arrives. Of the two only the first is taken in and read; then the third comes, which
 * has seen both. What it was to replace has never been there.
 */
export const judgedOnBoth: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [one, two, three] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [beside, companion, writer] = others as [SimulatedNode, SimulatedNode, SimulatedNode];
  const { blind, conditional } = writtenApart(stage, [[one, beside], [two, companion], [three, writer]], { blindly: two, conditionally: one });
  // Nobody else brings them together before the writer has met both.
  stage.lose((from, to, { type }) => type === 'ACCEPT' || type === 'SYNCED' || (type === 'PREPARE' && from !== writer) || (from === three && to === writer && type === 'PROMISE'));
  stage.pass(2_000);
  const third = workload.put(writer, name, { ifMatch: [digestOf(conditional)] });
  stage.until('a version of the third', () => third.answer !== undefined || writer.disk.register(name)?.mine?.digest === digestOf(third));
  stage.splitInto([two, three, companion], [one, beside, writer]);
  stage.lose(() => false);
  stage.answered(third);
  stage.until('the first to be taken in', () => isCurrent(two, blind));
  stage.answered(workload.read(three, name));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(three, name));
};

/** A file that there is on all sides of a split is replaced on one, whatever it was, and then on another one, if it is what it was. After that they reach each other. */
export function writtenApart(stage: Stage, sides: SimulatedNode[][], { blindly, conditionally }: Record<'blindly' | 'conditionally', SimulatedNode>): Record<'blind' | 'conditional', Operation> {
  const { workload, name, world } = stage;
  const before = stage.answered(workload.put(stage.roles().voters[2]!, name));
  stage.splitInto(...sides);
  stage.pass(6_000);
  const blind = stage.answered(workload.put(blindly, name));
  const conditional = stage.answered(workload.put(conditionally, name, { ifMatch: [digestOf(before)] }));
  world.network.heal();
  return { blind, conditional };
}
