import type { Letter } from '../world.js';
import type { Schedule } from './stage.js';

/**
 * The only node leaves for good while another one joins to which no CHECK gets through: an epoch of the newcomer alone might never decide anything. When it
 * is down, and comes once more, the leaving node takes it in: nobody else could have its copies.
 */
export const newcomerNeverComes: Schedule = (stage) => {
  const { world } = stage;
  const first = stage.node(0);
  const newcomer = world.addNode([first.address]);
  const passing: readonly Letter['type'][] = ['JOIN', 'WELCOME', 'PING', 'ACK'];
  stage.lose((_from, _to, { type }) => !passing.includes(type));
  newcomer.start();
  stage.until('the newcomer to be taken in', () => first.ring!.membership.roster.get(newcomer.nodeId)?.state === 'up');
  first.feed({ type: 'leave', mode: 'for-good' });
  stage.pass(6_000);
  if (first.ring!.placement.newest > 1) world.fail('epochs', 'a newcomer that has said nothing is all of an epoch');
  newcomer.crash();
  stage.until('the newcomer to be down', () => first.ring!.membership.roster.get(newcomer.nodeId)?.state === 'down');
};
