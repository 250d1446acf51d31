import type { SimulatedNode } from '../simulated-node.js';
import { phaseOf } from './phase-of.js';
import type { Schedule, Stage } from './stage.js';

/**
 * A majority of three accepts an epoch, and only the proposer learns that; then it is cut off. The other two, of whom one had accepted,
 * have another newcomer and vote: they must find the same epoch.
 */
export const decidedUnheard: Schedule = (stage) => {
  decideUnheard(stage);
  voteAgain(stage);
};

/** The same, and the one that had accepted restarts in between: what it accepted must have been durable before it said so. */
export const decidedUnheardAndRestarted: Schedule = (stage) => {
  decideUnheard(stage);
  stage.node(1).crash();
  stage.node(1).start();
  voteAgain(stage);
};

function decideUnheard(stage: Stage): void {
  const [proposer, , third] = [0, 1, 2].map((index) => stage.node(index));
  const before = newest(proposer!);
  stage.lose((from, to, letter) => (from === proposer && newest(proposer) > before) || (to === third && phaseOf(letter) === 'accept'));
  stage.world.addNode([stage.node(1).address]).start();
  stage.until('a decision that only the proposer knows', () => newest(proposer!) > before);
  if (stage.world.running().some((node) => node !== proposer && newest(node) > before)) throw new Error('others know the decision');
  stage.heal();
  stage.split([1, 2, 3], [0]);
}

function voteAgain(stage: Stage): void {
  const before = newest(stage.node(2));
  const newcomer = stage.world.addNode([stage.node(2).address]);
  stage.splitOff(stage.node(0));
  newcomer.start();
  stage.until('an epoch of the others', () => newest(stage.node(2)) > before);
  stage.heal();
  stage.pass(3_000);
}

function newest({ ring }: SimulatedNode): number {
  return ring?.placement.newest ?? 0;
}
