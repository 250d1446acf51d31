import type { Schedule } from './stage.js';

/** A ring grows from one node to six while one name is put and read without pause: no acknowledged upload is missed by a later read. */
export const growingWhileWriting: Schedule = (stage) => {
  const { workload, name, world } = stage;
  for (let newcomers = 0; newcomers < 5; newcomers++) {
    world.addNode([stage.node(newcomers).address]).start();
    for (let round = 0; round < 4; round++) {
      stage.pass(350);
      const members = world.running().filter(({ ring }) => ring?.self.phase === 'in');
      stage.answered(workload.put(members[round % members.length]!, name));
      stage.answered(workload.read(members[(round + 1) % members.length]!, name));
    }
  }
};
