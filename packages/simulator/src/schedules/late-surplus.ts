import type { SimulatedNode } from '../simulated-node.js';
import { ownersOf } from './names.js';
import type { Schedule } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * While a newcomer takes an owner's place, a file is replaced: chosen by the two other owners, unheard by the newcomer. The one that is no owner any
 * more accepts it last of all, does not hear that it is chosen, and finds all that it has at two of the three owners.
 */
export const lateSurplus: Schedule = (stage) => {
  const { workload, world } = stage;
  const old = [0, 1, 2].map((index) => stage.node(index));
  const newcomer = world.addNode([stage.node(0).address]);
  const all = [...old, newcomer];
  let number = 0;
  while (!ownersOf(`name ${number}`, all).includes(newcomer.nodeId)) number++;
  const name = `name ${number}`;
  const owners = ownersOf(name, all);
  const leaving = old.find(({ nodeId }) => !owners.includes(nodeId))!;
  const writer = old.find((node) => node !== leaving)!;
  stage.answered(workload.put(writer, name));
  newcomer.start();
  stage.until('an epoch with the newcomer', () => all.every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 4));
  const isHeld = (to: SimulatedNode, type: string) => to === leaving && type === 'ACCEPT';
  const held: (() => void)[] = [];
  stage.lose((from, to, { type, text, bytes }) => {
    if (isHeld(to, type)) held.push(() => to.feed({ type: 'message', message: JSON.parse(text), seenAddress: from.address, ...(bytes === undefined ? {} : { token: to.stage(bytes) }) }));
    return type === 'CHECK' || isHeld(to, type) || (to === leaving && type === 'COMMIT') || (to === newcomer && bringsRegisters(type) && type !== 'SYNCED');
  });
  stage.until('the newcomer synced', () => newcomer.ring!.placement.ready.has(newcomer.ring!.placement.newest));
  stage.answered(workload.put(writer, name));
  stage.lose((_from, to, { type }) => (to === leaving && type === 'COMMIT') || (to === newcomer && bringsRegisters(type)));
  stage.until('the old epoch retired', () => all.every(({ ring }) => ring!.placement.oldest === ring!.placement.newest));
  for (const deliver of held) deliver();
  stage.pass(5_000);
};
