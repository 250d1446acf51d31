import type { SimulatedNode } from '../simulated-node.js';
import { isSettled, type Schedule } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * Three of five owners have an upload. The disks of two of them are lost, and the operator forgets both. Those that remain are three, two of which have heard of nothing:
 * they are no majority of what there was.
 */
export const twoOfFive: Schedule = (stage) => {
  const { workload, name } = stage;
  const [writer, lost, keeper, first, second] = [0, 1, 2, 3, 4].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  stage.lose((_from, to, { type }) => (to === first || to === second) && bringsRegisters(type));
  stage.answered(workload.put(writer, name));
  for (const node of [writer, lost]) node.loseDisk();
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

/**
 * Two of five are cut off while the other three take a newcomer in. The disks of two of those three are lost, and the two that were cut off hear from the operator that both are to be
 * forgotten. They are two of the three that remain, and know of no newcomer: they are not to decide about the epoch that was decided without them.
 */
export const twoOfFiveVote: Schedule = (stage) => {
  const { world } = stage;
  const [first, second, keeper, one, other] = [0, 1, 2, 3, 4].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];
  stage.splitOff(one, other);
  stage.pass(6_000);
  const newcomer = world.addNode([keeper.address]);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => keeper.ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === newcomer.nodeId));
  for (const node of [first, second]) node.loseDisk();
  const stranger = world.addNode([one.address]);
  stage.splitInto([], [one, other, stranger]);
  stranger.start();
  stage.pass(10_000);
  for (const { nodeId } of [first, second]) one.feed({ type: 'operate', ref: `forget ${nodeId}`, op: 'forget', nodeId });
  stage.pass(10_000);
  stage.heal();
  stage.until('one epoch of those that are left', () => [keeper, one, other, newcomer, stranger].every(({ ring }) => isSettled(ring, 5)));
};
