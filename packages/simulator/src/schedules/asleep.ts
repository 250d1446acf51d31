import type { Operation } from '../history.js';
import type { Letter } from '../world.js';
import type { Schedule, Stage } from './stage.js';

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
  sleep(600_000);
  expectStrong(stage, workload.put(awake!, name));
  sleep(600_000);
  expectStrong(stage, workload.read(awake!, name));
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

/** The only owner goes to sleep while it is asked, and hears nothing of it: it is dialled for that, and asked again. */
export const fallsAsleep: Schedule = (stage) => {
  const { workload, name } = stage;
  const [owner] = stage.roles().voters;
  const [asker] = stage.roles().others;
  const asked: readonly [types: Letter['type'][], ask: () => Operation][] = [
    [['FORWARD', 'PREPARE'], () => workload.put(asker!, name)],
    [['QUERY'], () => workload.read(asker!, name)],
    [['FORWARD'], () => workload.read(asker!, name)],
    [['LIST'], () => workload.list(asker!)],
  ];
  for (const [types, ask] of asked) {
    stage.until('the owner to be at rest', () => owner!.isRunning);
    stage.pass(5_000);
    let isLost = false;
    stage.lose((_from, to, letter) => to === owner && types.includes(letter.type) && (isLost = true));
    const operation = ask();
    stage.until('the question to be lost', () => isLost);
    stage.until('the owner to sleep', () => {
      if (owner!.isRunning) owner!.feed({ type: 'leave', mode: 'sleep', wakeAfterMs: 600_000 });
      return !owner!.isRunning;
    });
    stage.heal();
    expectStrong(stage, operation);
  }
};

function expectStrong(stage: Stage, operation: Operation): void {
  const { answer, request } = stage.answered(operation);
  const isStrong = answer?.type === 'listed' ? answer.grade === 'strong' : answer !== undefined && 'receipt' in answer && answer.receipt?.grade === 'strong';
  if (!isStrong) stage.world.fail('asleep', `${request.op} is not strong where others need only be woken: ${JSON.stringify(answer)}`);
}
