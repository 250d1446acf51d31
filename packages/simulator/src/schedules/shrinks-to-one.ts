import { bringsRegisters } from './stale-voter.js';
import { isSettled, type Schedule } from './stage.js';

/**
 * One of three misses an upload. The other two leave for good, one after the other: of two that are left the upload is at one alone, and the last of all must have got it
 * before its word is enough.
 */
export const shrinksToOne: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const [last, second, first] = [stage.node(0), stage.node(1), stage.node(2)];
  const hasMembers = (count: number) => world.running().every(({ ring }) => isSettled(ring, count));
  stage.answered(workload.put(second, name));
  stage.pass(500);
  stage.lose((_from, to, { type }) => to === last && (bringsRegisters(type) || type === 'REGISTER' || type === 'BRANCH'));
  stage.answered(workload.put(first, name));
  first.feed({ type: 'leave', mode: 'for-good' });
  stage.until('an epoch of two', () => hasMembers(2));
  second.feed({ type: 'leave', mode: 'for-good' });
  stage.pass(5_000);
  stage.answered(workload.read(last, name));
  stage.heal();
  stage.until('an epoch of one', () => hasMembers(1));
  stage.answered(workload.read(last, name));
};
