import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * A node is gone, and two come in its place. One of them has got nothing yet when the grace of the dead one is over and an epoch without it is decided. In the epoch
 * between, the two and the dead one are all that vote about some names: nobody is left there who could tell the newcomer anything, and it needs nobody.
 */
export const outBeforeCopied: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const dead = stage.node(0);
  const late = world.addNode([stage.node(1).address]);
  const isMember = ({ nodeId }: SimulatedNode) => world.running().every(({ ring }) => ring!.placement.epochs.at(-1)!.members.some((member) => member.nodeId === nodeId));
  stage.answered(workload.put(stage.node(1), name));
  dead.crash();
  world.addNode([stage.node(1).address]).start();
  late.start();
  stage.lose((_from, to, { type }) => to === late && type === 'SYNCED');
  stage.until('an epoch with the newcomers', () => isMember(late));
  stage.until('an epoch without the dead one', () => !isMember(dead));
  stage.heal();
  stage.until('one epoch', () => world.running().every(({ ring }) => ring!.placement.oldest === ring!.placement.newest));
  for (const node of world.running()) stage.answered(workload.read(node, name));
};
