import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';
import type { Letter } from '../world.js';

/**
 * An owner is away so long that the ring goes on without it, and misses an upload. It comes back as an owner and, before it has got anything, the
 * epoch before is retired. What it writes then on the base that it still has must not stand above what it missed.
 */
export const staleVoter: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const [writer, , stale] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const isMember = () => world.running().every(({ ring }) => ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === stale.nodeId));
  const isOne = () => world.running().every(({ ring }) => ring!.placement.oldest === ring!.placement.newest);
  stage.answered(workload.put(writer, name));
  stage.pass(500);
  stale.crash();
  stage.until('an epoch without it', () => !isMember() && isOne());
  stage.answered(workload.put(writer, name));
  stage.lose((_from, to, { type }) => to === stale && bringsRegisters(type));
  stale.start();
  stage.until('an epoch with it', isMember);
  stale.crash();
  stage.until('one epoch at the others', isOne);
  stale.start();
  stage.until('one epoch', () => isMember() && isOne());
  stage.pass(200);
  stage.answered(workload.put(stale, name));
  stage.heal();
  stage.answered(workload.read(writer, name));
};

/** What would tell a node what it has missed of a name. */
export function bringsRegisters(type: Letter['type']): boolean {
  return type === 'SYNCED' || type === 'PREPARE' || type === 'ACCEPT' || type === 'COMMIT' || type === 'FORWARD' || type === 'ANSWER';
}
