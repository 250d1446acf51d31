import type { SimulatedNode } from '../simulated-node.js';
import { aNameBeside, aNameOf, ownersOf } from './names.js';
import type { Schedule, Stage } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * An owner misses an upload, and so does another one, which is away so long that the epoch that makes it an owner again retires without it. Back, it
 * has copied nothing yet. The two are a majority of the owners, but neither has heard of what was chosen.
 */
export const untoldMajority: Schedule = (stage) => {
  const { ignorant, name } = missAnUpload(stage, (nodes) => aNameBeside([nodes[3]], nodes));
  stage.answered(stage.workload.read(ignorant, name));
};

/** The same, and one more node joins: who was away copies from the other, and must not count its own word for an epoch of which it has copied nothing. */
export const untoldMajorityGrows: Schedule = (stage) => {
  const newcomer = stage.world.addNode([stage.node(1).address]);
  const { ignorant, returned, name } = missAnUpload(stage, (nodes) => aNameBeside([nodes[3], newcomer], nodes, [...nodes, newcomer]));
  newcomer.start();
  stage.until('an epoch with the newcomer', () => [ignorant, returned].every((node) => node.ring!.placement.epochs.at(-1)!.members.length === 5));
  stage.pass(5_000);
  stage.answered(stage.workload.read(ignorant, name));
};

/**
 * The same, and a newcomer that is to own the file asks the two what there is, while who knows of the upload is cut off: that they are a majority is not
 * enough, for one of them has nothing to tell.
 */
export const untoldGiver: Schedule = (stage) => {
  const newcomer = stage.world.addNode([stage.node(1).address]);
  const isBefore = (name: string, nodes: Four) => !ownersOf(name, nodes).includes(nodes[3].nodeId);
  const aName = (nodes: Four): string => aNameOf([newcomer, nodes[1], nodes[2]], [newcomer, ...nodes], (name) => isBefore(name, nodes));
  const { ignorant, returned, name } = missAnUpload(stage, aName);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => [ignorant, returned, newcomer].every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 5));
  stage.pass(5_000);
  stage.answered(stage.workload.read(newcomer, name));
};

interface Missed {
  readonly name: string;
  /** Have a majority together and know nothing of the upload; who knows of it is cut off. */
  readonly ignorant: SimulatedNode;
  readonly returned: SimulatedNode;
}

/** The one who writes, two who miss the upload, and one more. */
type Four = readonly [writer: SimulatedNode, ignorant: SimulatedNode, returned: SimulatedNode, other: SimulatedNode];

function missAnUpload(stage: Stage, nameAmong: (nodes: Four) => string): Missed {
  const { workload, world } = stage;
  const nodes = [stage.node(0), stage.node(1), stage.node(2), stage.node(3)] as const;
  const [writer, ignorant, returned] = nodes;
  const name = nameAmong(nodes);
  const isMember = () => writer.ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === returned.nodeId);
  const isOne = () => world.running().every(({ ring }) => ring!.placement.oldest === ring!.placement.newest);
  stage.answered(workload.put(writer, name));
  stage.pass(500);
  returned.crash();
  stage.until('an epoch without it', () => !isMember() && isOne());
  stage.lose((from, to, { type }) => (to === ignorant || to === returned) && from !== ignorant && from !== returned && (bringsRegisters(type) || type === 'REGISTER'));
  stage.answered(workload.put(writer, name));
  returned.start();
  stage.until('an epoch with it', isMember);
  returned.crash();
  stage.until('one epoch at the others', () => isMember() && isOne());
  returned.start();
  stage.until('one epoch', isOne);
  stage.split([], [0]);
  return { name, ignorant, returned };
}
