import { phaseOf } from './phase-of.js';
import type { Schedule } from './stage.js';

/**
 * The only node leaves and has accepted an epoch of a newcomer alone when it crashes. It stays after all, and the newcomer leaves for good and never hears of
 * that epoch. When the next newcomer comes, that epoch is decided: nobody is left in it that could decide about another.
 */
export const leftUnheard: Schedule = (stage) => {
  const { world } = stage;
  const founder = stage.node(0);
  const newcomer = world.addNode([founder.address]);
  let isAccepted = false;
  stage.lose((_from, _to, letter) => {
    isAccepted ||= phaseOf(letter) === 'accept';
    return isAccepted;
  });
  newcomer.start();
  stage.until('the newcomer to be met', () => founder.ring!.check.sightings.has(newcomer.nodeId));
  founder.feed({ type: 'leave', mode: 'for-good' });
  stage.until('a vote in its second lap', () => isAccepted);
  founder.crash();
  stage.heal();
  founder.start();
  stage.until('it to be back', () => founder.ring?.placement.newest === 1);
  newcomer.feed({ type: 'leave', mode: 'for-good' });
  stage.until('the newcomer to have left', () => newcomer.standing === 'left');
  world.addNode([founder.address]).start();
  stage.pass(5_000);
};
