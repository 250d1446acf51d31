import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule, Stage } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/** With one copy of each file, a node leaves for good: what it alone had moves away before it is gone. */
export const drainedLeaver: Schedule = (stage) => {
  const { workload, world } = stage;
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) stage.answered(workload.put(stage.node(0), name));
  stage.node(1).feed({ type: 'leave', mode: 'for-good' });
  stage.until('the leaver to be gone', () => stage.node(1).standing === 'left');
  for (const name of names) for (const node of world.running()) stage.answered(workload.read(node, name));
};

/** A node burns and the operator forgets it: the others are a whole ring again, strong in what they do. */
export const forgottenNode: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(1), name));
  const burnt = stage.node(2);
  burnt.crash();
  burnt.standing = 'left';
  stage.pass(6_000);
  stage.node(0).feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: burnt.nodeId });
  stage.until('an epoch without it', () => [0, 1].every((index) => stage.node(index).ring?.placement.epochs.at(-1)?.members.length === 2));
  stage.answered(workload.put(stage.node(0), name));
  stage.answered(workload.read(stage.node(1), name));
};

/**
 * With one copy of each file, a node leads an upload of which another is the only owner. That one is away when the leader leaves for good: the bytes that it
 * still has wait, for nobody else could tell what they are.
 */
export const leaderLeavesWhileOwnerIsAway: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const [owner, leader] = upload(stage);
  owner.crash();
  stage.pass(6_000);
  leader.feed({ type: 'leave', mode: 'for-good' });
  stage.never('the leader goes before the owner is back', () => leader.standing === 'left' && !owner.isRunning);
  stage.pass(20_000);
  owner.start();
  stage.until('the leader to be gone', () => leader.standing === 'left');
  for (const node of world.running()) stage.answered(workload.read(node, name));
};

/** The same, but the owner's disk is lost: the leader does not wait for what nobody can tell it any more. */
export const leaderLeavesWithOrphans: Schedule = (stage) => {
  const leader = leaderOfLost(stage);
  leader.feed({ type: 'leave', mode: 'for-good' });
  stage.until('the leader to be gone', () => leader.standing === 'left');
};

/** The same, and it has led another upload of the name since: what the new owner has of that says nothing of the first. */
export const leaderLeavesWithOrphansAndMore: Schedule = (stage) => {
  const leader = leaderOfLost(stage);
  stage.until('a new owner', () => leader.ring!.placement.oldest === leader.ring!.placement.newest && leader.ring!.placement.epochs.at(-1)!.members.length === 3);
  stage.answered(stage.workload.put(leader, stage.name));
  leader.feed({ type: 'leave', mode: 'for-good' });
  stage.until('the leader to be gone', () => leader.standing === 'left');
};

/**
 * A node that leaves led an upload that two of the three owners have, byte for byte what it has itself. The third, whom nothing of it reaches for a while, gets
 * its copy before the leader lets go of its own.
 */
export const leaderLeavesWithThirdCopy: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [third, leader] = [voters[2]!, others[0]!];
  stage.lose((_from, to, { type }) => to === third && bringsRegisters(type) && type !== 'SYNCED');
  stage.answered(workload.put(leader, name));
  leader.feed({ type: 'leave', mode: 'for-good' });
  stage.pass(20_000);
  stage.heal();
  stage.until('the leader to be gone', () => leader.standing === 'left');
};

/** Returns who led an upload whose only owner's disk was lost, and is forgotten. */
function leaderOfLost(stage: Stage): SimulatedNode {
  const [owner, leader] = upload(stage);
  owner.loseDisk();
  stage.pass(6_000);
  leader.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: owner.nodeId });
  return leader;
}

/** Returns the only owner of the file, and who led its upload. */
function upload(stage: Stage): readonly [owner: SimulatedNode, leader: SimulatedNode] {
  const { voters, others } = stage.roles();
  stage.answered(stage.workload.put(others[0]!, stage.name));
  return [voters[0]!, others[0]!];
}
