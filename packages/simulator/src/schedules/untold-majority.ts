import type { SimulatedNode } from '../simulated-node.js';
import { aNameBeside } from './names.js';
import type { Schedule, Stage } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * An owner misses an upload, and so does another one, which is away so long that the epoch that makes it an owner again retires without it. Back, it
 * has copied nothing yet. The two are a majority of the owners, but neither has heard of what was chosen.
 */
export const untoldMajority: Schedule = (stage) => {
  const { ignorant, name } = missAnUpload(stage, []);
  stage.answered(stage.workload.read(ignorant, name));
};

/** The same, and one more node joins: who was away copies from the other, and must not count its own word for an epoch of which it has copied nothing. */
export const untoldMajorityGrows: Schedule = (stage) => {
  const newcomer = stage.world.addNode([stage.node(1).address]);
  const { ignorant, returned, name } = missAnUpload(stage, [newcomer]);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => [ignorant, returned].every((node) => node.ring!.placement.epochs.at(-1)!.members.length === 5));
  stage.pass(5_000);
  stage.answered(stage.workload.read(ignorant, name));
};

interface Missed {
  readonly name: string;
  /** Have a majority together and know nothing of the upload; who knows of it is cut off. */
  readonly ignorant: SimulatedNode;
  readonly returned: SimulatedNode;
}

function missAnUpload(stage: Stage, newcomers: readonly SimulatedNode[]): Missed {
  const { workload, world } = stage;
  const nodes = [0, 1, 2, 3].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];
  const [writer, ignorant, returned, other] = nodes;
  const name = aNameBeside([other, ...newcomers], nodes, [...nodes, ...newcomers]);
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
