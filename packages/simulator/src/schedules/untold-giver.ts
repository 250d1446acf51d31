import { aNameOf, ownersOf } from './names.js';
import type { SimulatedNode } from '../simulated-node.js';
import { bringsRegisters } from './stale-voter.js';
import type { Schedule } from './stage.js';

/**
 * An owner misses an upload, and so does another one, which is away so long that the epoch that makes it an owner again retires without it. Back, it has copied
 * nothing yet. Who knows of the upload is cut off when a newcomer asks the two what there is: that they are a majority is not enough, one of them has nothing to tell.
 */
export const untoldGiver: Schedule = (stage) => {
  const { workload, world } = stage;
  const newcomer = world.addNode([stage.node(1).address]);
  const nodes = [0, 1, 2, 3].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];
  const [writer, ignorant, returned, other] = nodes;
  const name = aNameOf([newcomer, ignorant, returned], [writer, newcomer, ignorant, returned, other], (one) => !ownersOf(one, nodes).includes(other.nodeId));
  const isMember = () => writer.ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === returned.nodeId);
  const isOne = () => world.running().every(({ ring }) => ring!.placement.oldest === ring!.placement.newest);
  stage.answered(workload.put(writer, name));
  stage.pass(500);
  returned.crash();
  stage.until('an epoch without it', () => !isMember() && isOne());
  const isIgnorant = (node: SimulatedNode) => node === ignorant || node === returned;
  stage.lose((from, to, { type }) => (isIgnorant(to) || (to === newcomer && type !== 'SYNCED')) && !isIgnorant(from) && (bringsRegisters(type) || type === 'REGISTER'));
  stage.answered(workload.put(writer, name));
  returned.start();
  stage.until('an epoch with it', isMember);
  returned.crash();
  stage.until('one epoch at the others', () => isMember() && isOne());
  returned.start();
  stage.until('one epoch', isOne);
  stage.split([], [0]);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => [ignorant, returned, newcomer].every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 5));
  stage.pass(5_000);
  stage.answered(workload.read(newcomer, name));
};
