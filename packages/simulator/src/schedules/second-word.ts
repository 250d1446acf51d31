import type { Message } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import { phaseOf } from './phase-of.js';
import type { Schedule, Stage } from './stage.js';

/**
 * The only node has accepted an epoch with two newcomers when it crashes. Both leave for good and never hear of that epoch; then it is decided, and the node decides alone about
 * the next: nobody else has a word in it. Those two come back, at a node that does not know the epoch yet. They are most of it.
 */
export const secondWord: Schedule = (stage) => {
  const { founder, leavers } = acceptedWith(stage, 2);
  for (const node of leavers) node.feed({ type: 'leave', mode: 'for-good' });
  stage.until('them to have left', () => leavers.every(({ standing }) => standing === 'left'));
  backAtAnother(stage, founder, leavers);
};

/** The same where those that leave lose their power as soon as they have said so. */
export const secondWordAfterCrash: Schedule = (stage) => {
  const { world } = stage;
  const { founder, leavers } = acceptedWith(stage, 2);
  world.watchers.push({
    sending(node, message) {
      if (message.type === 'LEAVE' && message.member.state === 'left') world.timeline.after(0.01, () => node.crash());
    },
  });
  for (const node of leavers) node.feed({ type: 'leave', mode: 'for-good' });
  stage.until('them to be gone', () => leavers.every((node) => !node.isRunning && founder.ring!.membership.roster.get(node.nodeId)!.state === 'left'));
  backAtAnother(stage, founder, leavers);
};

/** So many newcomers are in an epoch that the only node has accepted, and nobody knows to be decided. */
function acceptedWith(stage: Stage, newcomers: number): { readonly founder: SimulatedNode; readonly leavers: readonly SimulatedNode[] } {
  const { world } = stage;
  const founder = stage.node(0);
  const leavers = Array.from({ length: newcomers }, () => world.addNode([founder.address]));
  let isAccepted = false;
  stage.lose((_from, _to, letter) => (isAccepted ||= phaseOf(letter) === 'accept'));
  for (const node of leavers) node.start();
  stage.until('a vote in its second lap', () => isAccepted);
  founder.crash();
  stage.heal();
  founder.start();
  stage.lose((_from, _to, letter) => phaseOf(letter) !== undefined);
  stage.until('it to be back', () => founder.ring?.placement.newest === 1);
  return { founder, leavers };
}

/** The epoch is decided when another newcomer comes. That hears of it after it has taken the others in, and nothing else from the node that decided. */
function backAtAnother(stage: Stage, founder: SimulatedNode, leavers: readonly SimulatedNode[]): void {
  const newcomer = stage.world.addNode([founder.address]);
  let told: Message | undefined;
  stage.lose((from, to, { type, text }) => {
    const isTold = to === newcomer && type === 'CHECK' && (JSON.parse(text) as Extract<Message, { type: 'CHECK' }>).epochs.at(-1)?.number === 2;
    if (isTold) told ??= JSON.parse(text) as Message;
    return told !== undefined && (from === founder || to === founder);
  });
  newcomer.start();
  stage.until('the epoch to be decided', () => told !== undefined);
  for (const node of leavers) {
    node.contacts = [newcomer.address];
    node.start();
    node.feed({ type: 'join', address: newcomer.address });
  }
  stage.until('them to be in', () => leavers.every(({ nodeId }) => newcomer.ring!.membership.roster.get(nodeId)?.state === 'up'));
  newcomer.feed({ type: 'message', message: told!, seenAddress: founder.address });
  stage.pass(20_000);
}
