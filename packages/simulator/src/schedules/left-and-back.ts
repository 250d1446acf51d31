import type { Schedule } from './stage.js';

/**
 * One of three is cut off. The others take a newcomer in, and one of them leaves for good. It is started again at the one that was cut off, which knows nothing of
 * that: the two were a majority of the members then. What it has voted for it must not decide once more.
 */
export const leftAndBack: Schedule = (stage) => {
  const { world } = stage;
  const [stays, leaver, apart] = [stage.node(0), stage.node(1), stage.node(2)];
  stage.splitOff(apart);
  stage.pass(6_000);
  const newcomer = world.addNode([stays.address]);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => stays.ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === newcomer.nodeId));
  leaver.feed({ type: 'leave', mode: 'for-good' });
  stage.until('it to have left', () => leaver.standing === 'left');
  leaver.contacts = [apart.address];
  leaver.start();
  const second = world.addNode([apart.address]);
  stage.splitInto([], [apart, leaver, second]);
  second.start();
  stage.pass(12_000);
  stage.heal();
  stage.pass(5_000);
};
