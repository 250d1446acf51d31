import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import { writtenApart } from './judged-on-both.js';
import type { Schedule } from './stage.js';

/**
 * A node merges what it wrote aside, which one owner accepts; at its next try it meets another branch beside that, and a second owner alone accepts what it makes
 * of the two. The first is what the others go on with when the node is gone. At the second owner, cut off, somebody replaces what stands there, on condition that
 * it is that: of all that the others have, that had seen the like, only later.
 */
export const mergedTwice: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [one, two, three] = voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const [writer, companion, reader] = others as [SimulatedNode, SimulatedNode, SimulatedNode];
  /** Only the writer has anything accepted, by one owner, and does not hear another one. */
  const onlyAt = (taker: SimulatedNode, unheard: SimulatedNode) =>
    stage.lose((from, to, { type }) => {
      if (type === 'ACCEPT') return from !== writer || to !== taker;
      return type === 'SYNCED' || (type === 'PREPARE' && from !== writer) || (from === unheard && to === writer && (type === 'PROMISE' || type === 'REGISTER'));
    });
  const { blind, conditional } = writtenApart(stage, [[one, writer], [two, companion], [three, reader]], { blindly: writer, conditionally: two });
  onlyAt(one, two);
  stage.pass(1_500);
  workload.read(writer, name);
  stage.until('the first merge to be accepted', () => isCurrent(one, blind));
  onlyAt(two, one);
  stage.until('the second merge to be accepted', () => isCurrent(two, conditional));
  writer.crash();
  stage.splitInto([one, three, reader], [two, companion]);
  stage.lose(() => false);
  stage.answered(workload.read(three, name));
  stage.answered(workload.put(two, name, { ifMatch: [digestOf(conditional)] }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(three, name));
};
