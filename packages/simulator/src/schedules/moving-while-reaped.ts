import { ownersOf } from './names.js';
import type { Schedule } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * While a newcomer takes an owner's place and gets nothing yet, a file is deleted: chosen by the two other owners, unheard by these two. As long as
 * somebody has to copy from those who owned the file before, its tombstone stays.
 */
export const movingWhileReaped: Schedule = (stage) => {
  const { workload, world } = stage;
  const old = [0, 1, 2].map((index) => stage.node(index));
  const newcomer = world.addNode([stage.node(0).address]);
  const all = [...old, newcomer];
  let number = 0;
  // The first owner, who reaps the tombstone, has it.
  while (!ownersOf(`name ${number}`, all).slice(1).includes(newcomer.nodeId)) number++;
  const name = `name ${number}`;
  const leaving = old.find(({ nodeId }) => nodeId === ownersOf(name, old)[2])!;
  const writer = old.find((node) => node !== leaving)!;
  stage.answered(workload.put(leaving, name));
  stage.pass(1_000);
  stage.lose((from, to, { type }) => [from, to].some((node) => node === newcomer || node === leaving) && (bringsRegisters(type) || type === 'REGISTER' || type === 'PROMISE'));
  newcomer.start();
  stage.until('an epoch with the newcomer', () => all.every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 4));
  stage.answered(workload.delete(writer, name));
  stage.pass(80_000);
  stage.heal();
  stage.pass(30_000);
  stage.answered(workload.read(writer, name));
};
