import { ownersOf } from './names.js';
import { bringsRegisters } from './stale-voter.js';
import type { Schedule } from './stage.js';

/**
 * One of three owners misses an upload. A newcomer takes the place of another, and would ask the one that missed it first of all. When the epoch
 * before is retired, the third is cut off: of the owners that are left only the newcomer can know what was uploaded.
 */
export const newcomerAsks: Schedule = (stage) => {
  const { workload, world } = stage;
  const old = [0, 1, 2].map((index) => stage.node(index));
  const newcomer = world.addNode([stage.node(0).address]);
  const all = [...old, newcomer];
  let number = 0;
  while (!hasPlaces(`name ${number}`)) number++;
  const name = `name ${number}`;
  const ignorant = old.find(({ nodeId }) => nodeId === ownersOf(name, old)[0])!;
  const knowing = old.find((node) => node !== ignorant && ownersOf(name, all).includes(node.nodeId))!;
  stage.answered(workload.put(knowing, name));
  stage.pass(500);
  stage.lose((_from, to, { type }) => to === ignorant && bringsRegisters(type));
  stage.answered(workload.put(knowing, name));
  newcomer.start();
  stage.until('an epoch with the newcomer', () => all.every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 4));
  stage.until('the old epoch retired', () => all.every(({ ring }) => ring!.placement.oldest === ring!.placement.newest));
  stage.lose((from, to, { type }) => [from, to].includes(knowing) || (from !== newcomer && to === ignorant && bringsRegisters(type)) || (to === newcomer && from !== ignorant && bringsRegisters(type)));
  stage.answered(workload.read(newcomer, name));

  /** The first of the old owners stays one, the newcomer becomes one. */
  function hasPlaces(one: string): boolean {
    const owners = ownersOf(one, all);
    return owners.includes(newcomer.nodeId) && owners.includes(ownersOf(one, old)[0]!);
  }
};
