import type { Operation } from '../history.js';
import type { Schedule } from './stage.js';

/**
 * All but one of the nodes sleep. What one node cannot do alone wakes as many as it takes: a write and a read by a majority, and a newcomer who changes where
 * copies belong. One whose time has come is woken by the ring; one that can start no more is found out then.
 */
export const mostAsleep: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const [awake, ...others] = world.nodes;
  const sleep = (wakeAfterMs: number): void => {
    stage.until('everybody else to sleep', () => {
      for (const node of others) if (node.isRunning) node.feed({ type: 'leave', mode: 'sleep', wakeAfterMs });
      return others.every(({ standing }) => standing === 'asleep');
    });
    stage.pass(3_000);
  };
  const isStrong = ({ answer }: Operation): boolean => answer !== undefined && 'receipt' in answer && answer.receipt?.grade === 'strong';
  const strongly = (operation: Operation): void => {
    if (!isStrong(stage.answered(operation))) world.fail('asleep', `${operation.request.op} is not strong where others need only be woken`);
  };
  sleep(600_000);
  strongly(workload.put(awake!, name));
  sleep(600_000);
  strongly(workload.read(awake!, name));
  sleep(600_000);
  world.add(world.newcomer([awake!.address])).start();
  stage.until('an epoch of all', () => world.running().length === world.nodes.length && awake!.ring!.placement.epochs.at(-1)!.members.length === world.nodes.length);
  stage.until('its copies to follow', () => awake!.ring!.placement.epochs.length === 1);
  sleep(4_000);
  const [dead, ...sleepers] = others;
  dead!.standing = 'stopped';
  stage.until('the others to be woken', () => sleepers.every(({ isRunning }) => isRunning));
  stage.until('the dead one to be missed', () => awake!.ring!.membership.roster.get(dead!.nodeId)?.state === 'down');
};
