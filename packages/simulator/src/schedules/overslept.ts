import { aNameOf } from './names.js';
import type { SimulatedNode } from '../simulated-node.js';
import { isSettled, type Schedule } from './stage.js';

/**
 * A node stands still while three others join, and the files of a name go over to them. Awake again it has heard of nothing, and asks the owners
 * that it knows to accept an upload: they must tell it that the epoch is over, or those that own the name now never hear of it.
 */
export const overslept: Schedule = (stage) => {
  const { workload, world } = stage;
  const [sleeper, other] = world.running() as [SimulatedNode, SimulatedNode];
  const newcomers = [0, 1, 2].map(() => world.addNode([other.address]));
  const name = aNameOf(newcomers, [...newcomers, ...world.running()]);
  stage.answered(workload.put(sleeper, name));
  stage.pass(1_000);
  stage.lose((_from, to, { type }) => to === sleeper && type !== 'PROMISE' && type !== 'ACCEPTED');
  sleeper.pause(30_000);
  for (const node of newcomers) node.start();
  const awake = world.running().filter((node) => node !== sleeper);
  stage.until('an epoch with the newcomers alone in force', () => [...awake, ...newcomers].every(({ ring }) => isSettled(ring, 6)));
  workload.put(sleeper, name);
  stage.pass(40_000);
  stage.answered(workload.read(newcomers[0]!, name));
  stage.heal();
};
