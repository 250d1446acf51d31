import { aNameOwnedFirstBy } from './names.js';
import { isSettled, type Schedule } from './stage.js';

/**
 * A newcomer is to copy a file while a client, for minutes, sends the next content of it: the newcomer takes that over as it comes in. What it has to copy does not wait for that client,
 * nor does the epoch.
 */
export const slowUploadWhileMoving: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const newcomer = world.addNode([founder.address]);
  const name = aNameOwnedFirstBy([newcomer], [founder, newcomer]);
  stage.answered(workload.put(founder, name));
  stage.lose((_from, to, { type }) => to === newcomer && type === 'SYNCED');
  newcomer.start();
  stage.until('an epoch of both', () => founder.ring!.placement.epochs.at(-1)!.members.length === 2);
  workload.stream(founder, name, { isAnnounced: true, isGivenUp: false, isWhole: true, lastsMs: 120_000 });
  stage.until('the newcomer takes it over', () => newcomer.fetches.size > 0);
  stage.heal();
  stage.until('one epoch of both', () => world.nodes.every(({ ring }) => isSettled(ring, 2)));
  stage.pass(120_000);
};
