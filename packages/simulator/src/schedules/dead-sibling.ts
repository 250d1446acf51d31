import type { SimulatedNode } from '../simulated-node.js';
import type { Letter } from '../world.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { Schedule } from './stage.js';

/**
 * A reader gathers answers while three writes go on: a deletion that its writer alone accepts and that is never chosen, a rival's that is, and another one
 * of the first writer, which succeeds that. The reader hears that the last one is chosen; what it has gathered of the same writer is not, therefore.
 */
export const deadSibling: Schedule = (stage) => {
  const { workload, name } = stage;
  const [writer, rival, reader] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const before = stage.answered(workload.put(rival, name));
  stage.pass(1_000);

  stage.lose((from, _to, { type }) => from === writer && type === 'ACCEPT');
  const dead = workload.delete(writer, name, { ifMatch: [digestOf(before)] });
  stage.pass(200);
  let late: string | undefined;
  const holdBack = (from: SimulatedNode, to: SimulatedNode, { type, text }: Letter) => {
    if (from !== rival || to !== reader || type !== 'REGISTER') return false;
    late ??= text;
    return true;
  };
  // The rival hears of the writer that it will not take its value, and no more.
  stage.lose((from, to, letter) => holdBack(from, to, letter) || (from === writer && to === rival && letter.type === 'PROMISE'));
  const read = workload.read(reader, name);
  stage.until('an answer that is held back', () => late !== undefined);
  stage.answered(workload.put(rival, name));
  stage.lose(holdBack);
  stage.answered(dead);
  const last = workload.put(writer, name);
  stage.until('that the last one is known to be chosen', () => isCurrent(reader, last) && last.answer !== undefined);
  stage.pass(10);
  reader.feed({ type: 'message', message: JSON.parse(late!) });
  stage.answered(read);
  stage.heal();
};
