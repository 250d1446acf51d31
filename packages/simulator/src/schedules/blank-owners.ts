import { aNameOf, ownersOf } from './names.js';
import { bringsRegisters } from './stale-voter.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * A file is uploaded while one of its owners is cut off, and then the ring grows: that owner and two newcomers are to own it, and none of the three
 * has heard of it. That they agree on having nothing is no ground to build on while the older epoch counts.
 */
export const blankOwners: Schedule = (stage) => {
  const { workload, world } = stage;
  const old = [0, 1, 2].map((index) => stage.node(index));
  const [one, other, uploader] = [0, 1, 2].map(() => world.addNode([old[0]!.address])) as [SimulatedNode, SimulatedNode, SimulatedNode];
  const all = [...old, one, other, uploader];
  const name = aNameOf([one, other], all);
  const blank = old.find(({ nodeId }) => ownersOf(name, all).includes(nodeId))!;
  const [writer] = old.filter((node) => node !== blank) as [SimulatedNode];
  const isHeld = (from: SimulatedNode, to: SimulatedNode, type: Parameters<typeof bringsRegisters>[0]) => [blank, one, other].includes(to) && from !== uploader && bringsRegisters(type);
  stage.lose((from, to, { type }) => isHeld(from, to, type));
  stage.answered(workload.put(writer, name));
  for (const node of [one, other, uploader]) node.start();
  stage.until('an epoch of six', () => world.running().every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 6));
  stage.pass(500);
  stage.answered(workload.put(uploader, name));
  stage.heal();
  stage.answered(workload.read(writer, name));
};
