import type { Letter } from '../world.js';
import type { Schedule } from './stage.js';

/**
 * One node alone cannot reach another, hears no helper say that it can, and what it accuses the other of gets lost. In the end it calls it
 * dead: nobody believes that without having looked, and the healthy node stays in the ring.
 */
export const falseAccuser: Schedule = (stage) => {
  const [accuser, accused] = [stage.node(1), stage.node(2)];
  const holdsDown = (index: number) => stage.node(index).ring?.membership.roster.get(accused.nodeId)?.state === 'down';
  stage.never('a healthy node was held down on hearsay', () => holdsDown(0) || holdsDown(3));
  stage.world.network.cut(accuser.name, accused.name);
  stage.world.network.cut(accused.name, accuser.name);
  stage.lose((_from, to, letter) => {
    if (to === accused) leaveOutAccusations(letter);
    return to === accuser && letter.text.includes('"reached":true');
  });
  stage.until('a false word', () => holdsDown(1));
  stage.pass(4_000);
  stage.heal();
  stage.pass(4_000);
};

function leaveOutAccusations(letter: Letter): void {
  letter.text = JSON.stringify({ ...(JSON.parse(letter.text) as object), accusations: [] });
}
