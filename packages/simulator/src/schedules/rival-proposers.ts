import type { SimulatedNode } from '../simulated-node.js';
import type { Letter } from '../world.js';
import { phaseOf } from './phase-of.js';
import type { Schedule } from './stage.js';

/**
 * Two nodes propose different epochs of one number: newcomers ask at both ends of the ring while CHECK is lost between them, so that each
 * end has a wish of its own; the proposer of the moment dies with its second lap half way round.
 */
export const rivalProposers: Schedule = (stage) => {
  const { world } = stage;
  const [left, right] = [world.addNode([stage.node(0).address]), world.addNode([stage.node(3).address])];
  stage.lose((from, to, { type }) => (isNews(type) || from === left || to === left) && isAcross(stage.node(3), from, to));
  left.start();
  right.start();
  stage.pass(2_500);
  let dies = true;
  stage.lose((from, _to, letter) => {
    if (!dies || phaseOf(letter) !== 'accept') return false;
    dies = false;
    world.timeline.after(5, () => from.crash());
    return false;
  });
  stage.pass(6_000);
  stage.heal();
  stage.pass(4_000);
};

/** Both majorities are gone while a vote is under way; each half tries alone, and must not decide. */
export const voteWithoutMajority: Schedule = (stage) => {
  const { world } = stage;
  let laps = 0;
  stage.lose((_from, _to, letter) => phaseOf(letter) === 'accept' && laps++ > 0);
  const newcomer = world.addNode([stage.node(1).address]);
  newcomer.start();
  stage.until('a vote in its second lap', () => laps > 0);
  stage.split([0, 1], [2, 3]);
  stage.pass(12_000);
  const second = world.addNode([stage.node(2).address]);
  second.start();
  stage.heal();
  stage.pass(3_000);
};

/** Every acceptor restarts between the two laps of a vote: the promises must have survived. */
export const restartBetweenLaps: Schedule = (stage) => {
  const { world } = stage;
  let isSecond = false;
  stage.lose((_from, _to, letter) => {
    isSecond ||= phaseOf(letter) === 'accept';
    return isSecond && phaseOf(letter) !== undefined;
  });
  world.addNode([stage.node(2).address]).start();
  stage.until('a vote in its second lap', () => isSecond);
  for (const node of [1, 2, 3].map((index) => stage.node(index))) node.crash();
  for (const node of [1, 2, 3].map((index) => stage.node(index))) node.start();
  stage.heal();
  world.addNode([stage.node(3).address]).start();
  stage.pass(8_000);
};

function isNews(type: Letter['type']): boolean {
  return type === 'CHECK' || type === 'ROSTER';
}

function isAcross(border: SimulatedNode, from: SimulatedNode, to: SimulatedNode): boolean {
  return (from === border) !== (to === border);
}
