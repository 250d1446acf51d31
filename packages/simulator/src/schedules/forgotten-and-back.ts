import type { Schedule } from './stage.js';

/**
 * One of three is cut off. The others take a newcomer in; then one of them loses its power, and the operator forgets it. It is back, and ends when it is told. Started
 * once more at the one that was cut off, which knows nothing of all that, it is most of what there was before the newcomer: what it has voted for it must not decide once more.
 */
export const forgottenAndBack: Schedule = (stage) => {
  const { world } = stage;
  const [stays, lost, apart] = [stage.node(0), stage.node(1), stage.node(2)];
  stage.splitOff(apart);
  stage.pass(6_000);
  const newcomer = world.addNode([stays.address]);
  newcomer.start();
  stage.until('an epoch with the newcomer', () => stays.ring!.placement.epochs.at(-1)!.members.some(({ nodeId }) => nodeId === newcomer.nodeId));
  lost.crash();
  stage.until('it to be down', () => stays.ring!.membership.roster.get(lost.nodeId)!.state === 'down');
  stays.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: lost.nodeId });
  lost.start();
  stage.until('it to have heard', () => !lost.isRunning);
  lost.contacts = [apart.address];
  const second = world.addNode([apart.address]);
  stage.splitInto([], [apart, lost, second]);
  lost.start();
  second.start();
  stage.pass(12_000);
  stage.heal();
  stage.pass(5_000);
};
