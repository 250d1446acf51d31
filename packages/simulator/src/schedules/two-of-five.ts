import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * Three of five owners have an upload. The disks of two of them are lost, and the operator forgets both. Those that remain are three, two of which have heard of nothing:
 * they are no majority of what there was.
 */
export const twoOfFive: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const [writer, lost, keeper, first, second] = [0, 1, 2, 3, 4].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  stage.lose((_from, to, { type }) => (to === first || to === second) && bringsRegisters(type));
  stage.answered(workload.put(writer, name));
  for (const node of [writer, lost]) {
    node.crash();
    node.disk.lose();
    node.standing = 'left';
    world.losses.disks++;
  }
  stage.splitOff(keeper);
  stage.pass(10_000);
  stage.lose(() => false);
  for (const { nodeId } of [writer, lost]) first.feed({ type: 'operate', ref: `forget ${nodeId}`, op: 'forget', nodeId });
  stage.pass(5_000);
  stage.answered(workload.read(first, name));
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(keeper, name));
};
