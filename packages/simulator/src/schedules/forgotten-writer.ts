import { bucketOf, preference } from '@coring/protocol';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * The founder has written a file that belongs to another node since, and has forgotten it. Cut off from that node it creates the file anew, and a
 * third node replaces what it finds on condition that it is that. Neither has seen the first version: the condition does not hold when they meet.
 */
export const forgottenWriter: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const [owner, third] = [1, 2].map(() => world.addNode([founder.address]));
  const members = [founder, owner!, third!].map(({ nodeId }) => ({ nodeId, capacity: 1 }));
  let number = 0;
  while (preference(bucketOf(`name ${number}`), members)[0] !== owner!.nodeId) number++;
  const name = `name ${number}`;
  stage.answered(workload.put(founder, name));
  for (const node of [owner!, third!]) node.start();
  stage.until('the founder to have let go of it', () => founder.ring?.placement.oldest !== 1 && founder.disk.register(name) === undefined);
  stage.split([], [1]);
  stage.pass(3_000);
  const anew = stage.answered(workload.put(founder, name, { ifNoneMatch: '*' }));
  stage.pass(500);
  stage.answered(workload.put(third!, name, { ifMatch: [digestOf(anew)] }));
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(third!, name));
};
