import type { Message } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import { aNameBeside } from './names.js';
import type { Schedule } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/**
 * Two owners list what there is. One has missed an upload. The other hears of it, and has copied everything then, between looking through its disk and telling what
 * it found there: that is not all that was chosen.
 */
export const readyMeanwhile: Schedule = (stage) => {
  const { workload, world } = stage;
  const nodes = [stage.node(0), stage.node(1), stage.node(2), stage.node(3)] as const;
  const [writer, ignorant, returned, other] = nodes;
  const name = aNameBeside([other], nodes);
  const isOf = (...members: readonly SimulatedNode[]) => {
    const newest = writer.ring!.placement.epochs.at(-1)!;
    return newest.members.length === members.length && members.every(({ nodeId }) => newest.members.some((member) => member.nodeId === nodeId));
  };
  const isOne = () => world.running().every(({ ring }) => ring!.placement.oldest === ring!.placement.newest);
  returned.crash();
  stage.until('an epoch without it', () => isOf(writer, ignorant, other) && isOne());
  let told: Message | undefined;
  stage.lose((from, to, { type, text }) => {
    if (type === 'SYNCED' && from === writer && to === returned) told = JSON.parse(text) as Message;
    if (type === 'LISTED' && from === writer && to === ignorant) return true;
    return (to === ignorant || to === returned) && from !== ignorant && from !== returned && (bringsRegisters(type) || type === 'REGISTER');
  });
  stage.answered(workload.put(writer, name));
  other.crash();
  // Its grace is over: what comes next takes its place.
  stage.pass(18_000);
  returned.start();
  stage.until('an epoch with it and without the other', () => isOf(writer, ignorant, returned));
  returned.crash();
  stage.until('one epoch at those two', isOne);
  returned.start();
  stage.until('one epoch', isOne);

  const { newest } = writer.ring!.placement;
  told = undefined;
  stage.until('the writer to tell', () => told?.epoch === newest);
  returned.heldScans = [];
  const list = workload.list(ignorant);
  stage.pass(20);
  stage.lose((from, to, { type }) => type === 'LISTED' && from === writer && to === ignorant);
  returned.feed({ type: 'message', message: told!, seenAddress: writer.address });
  stage.until('it to have copied everything', () => returned.ring!.placement.ready.has(newest));
  for (const tell of returned.heldScans.splice(0)) tell();
  returned.heldScans = undefined;
  stage.answered(list);
};
