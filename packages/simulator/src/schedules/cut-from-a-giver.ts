import type { Schedule } from './stage.js';

/** A newcomer and one member do not reach each other; all others reach both, so nobody takes either of them for gone. There are enough others to copy from. */
export const cutFromAGiver: Schedule = (stage) => {
  const { world, workload, name } = stage;
  stage.answered(workload.put(stage.node(0), name));
  const cutOff = stage.node(3);
  const newcomer = world.addNode([stage.node(0).address]);
  stage.lose((from, to) => [from, to].includes(newcomer) && [from, to].includes(cutOff));
  newcomer.start();
  stage.until('the old epoch retired', () => world.running().every(({ ring }) => ring!.placement.newest > 2 && ring!.placement.oldest === ring!.placement.newest));
};
