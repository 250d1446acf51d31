import { isCurrent } from './current.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Letter } from '../world.js';
import type { Schedule } from './stage.js';

/**
 * A weak upload is at two of five owners. A merge takes it in, but only those two accept that, which is no majority, and then another value
 * is chosen by the other three. The node that made the upload burns: what the second one keeps beside the main line is all there is.
 */
export const branchAndLoser: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [maker, keeper, ...rest] = voters;
  const merger = others[0]!;
  stage.answered(workload.put(merger, name));
  const side = new Map([maker!, keeper!].map((node) => [node.name, 1]));
  world.network.split(side);
  stage.pass(6_000);
  const upload = stage.answered(workload.put(maker!, name));
  // The two meet only the merger: its majority is with them, so that it hears of the branch, and only the two accept what comes of it.
  world.network.heal();
  const isMuted = (from: SimulatedNode, type: Letter['type']) => rest.indexOf(from) > 0 && (type === 'REGISTER' || type === 'PROMISE');
  stage.lose((from, to, { type }) => {
    const isUnheard = type === 'COMMIT' || (type === 'ACCEPT' && rest.includes(to));
    return isUnheard || isMuted(from, type) || isBetween(from.name, to.name, side, merger.name);
  });
  stage.pass(1_000);
  workload.read(merger, name);
  stage.until('an acceptance by both', () => [maker!, keeper!].every((node) => isCurrent(node, upload)));
  merger.crash();
  maker!.crash();
  maker!.standing = 'left';
  stage.lose((from, to) => from === keeper || to === keeper);
  stage.answered(workload.put(rest[0]!, name));
  stage.heal();
  stage.pass(6_000);
  rest[0]!.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: maker!.nodeId });
  stage.pass(3_000);
};

/** Whether a message goes between the two on the side and anybody but the merger. */
function isBetween(from: string, to: string, side: ReadonlyMap<string, number>, merger: string): boolean {
  return side.has(from) !== side.has(to) && from !== merger && to !== merger;
}
