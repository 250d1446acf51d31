import type { Operation } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule, Stage } from './stage.js';

/**
 * Two of three have accepted an upload, the third has no room. One of the two leaves for good; the other's disk is lost, and the operator forgets it: the
 * third and a newcomer are a majority then, and go on with the value before. The one that leaves still has the upload and brings it back.
 */
export const passedOver: Schedule = (stage) => {
  const { workload, name } = stage;
  const { third, other, leaver } = uploadAtTwo(stage);
  letLeave(stage, leaver, [third, other]);
  const newcomer = replace(stage, other, third);
  stage.until('the leaver to be gone', () => leaver.standing === 'left');
  for (const node of [third, newcomer]) stage.answered(workload.read(node, name));
};

/** The same, but somebody has written over the value before: the upload is kept beside that. */
export const passedOverAndWritten: Schedule = (stage) => {
  const { workload, name } = stage;
  const { third, other, leaver } = uploadAtTwo(stage);
  letLeave(stage, leaver, [third, other]);
  replace(stage, other, third);
  stage.answered(workload.put(third, name));
  stage.until('the leaver to be gone', () => leaver.standing === 'left');
  stage.answered(workload.read(third, name));
};

/**
 * Before its disk is lost the other one has written a later version aside, of which it has the only copy: the third knows of that version, and nobody has its
 * bytes any more. Whoever leaves stays with the last that there are, until somebody deletes the file or writes it anew.
 */
export const lastVersionLost: Schedule = (stage) => {
  const { workload, name } = stage;
  const { third, other, leaver } = uploadAtTwo(stage);
  other.disk.unreadableUntilMs = Infinity;
  stage.split([], [stage.world.nodes.indexOf(other)]);
  const aside = stage.answered(workload.put(other, name));
  stage.heal();
  stage.pass(5_000);
  letLeave(stage, leaver, [third, other]);
  // Who was cut off asks the others for what they have.
  stage.split([], [stage.world.nodes.indexOf(third)]);
  stage.pass(3_000);
  stage.heal();
  stage.until('the third to know of the later version', () => isCurrent(third, aside));
  replace(stage, other, third);
  let isDeleted = false;
  stage.never('the leaver goes with the last version', () => leaver.standing === 'left' && !isDeleted);
  stage.until('the leaver to say which file waits', () => leaver.ring?.files.surplus.staying === name);
  stage.pass(20_000);
  isDeleted = true;
  stage.answered(workload.delete(third, name));
  stage.until('the leaver to be gone', () => leaver.standing === 'left');
};

interface Cast {
  readonly third: SimulatedNode;
  readonly other: SimulatedNode;
  readonly leaver: SimulatedNode;
}

function uploadAtTwo(stage: Stage): Cast {
  const { workload, name } = stage;
  const [third, other, leaver] = [0, 1, 2].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(third, name));
  stage.pass(1_000);
  third.disk.fullUntilMs = Infinity;
  stage.answered(workload.put(leaver, name));
  return { third, other, leaver };
}

function letLeave(stage: Stage, leaver: SimulatedNode, others: readonly SimulatedNode[]): void {
  leaver.feed({ type: 'leave', mode: 'for-good' });
  stage.until('an epoch without the leaver', () => isMadeOf(stage, others));
}

/** A node's disk is lost, and it is forgotten for a newcomer. The other one has room again. */
function replace(stage: Stage, lost: SimulatedNode, third: SimulatedNode): SimulatedNode {
  const { world } = stage;
  lost.crash();
  lost.disk.lose();
  lost.standing = 'left';
  world.losses.disks++;
  third.disk.fullUntilMs = 0;
  const newcomer = world.addNode([third.address]);
  newcomer.start();
  stage.pass(6_000);
  third.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: lost.nodeId });
  stage.until('an epoch of those left', () => isMadeOf(stage, [third, newcomer]));
  return newcomer;
}

function isCurrent({ disk }: SimulatedNode, { request }: Operation): boolean {
  return request.op === 'put' && disk.register(request.name)?.value?.digest === request.digest;
}

/** Whether all nodes know one epoch in force, of these members. */
function isMadeOf({ world }: Stage, members: readonly SimulatedNode[]): boolean {
  const ids = new Set(members.map(({ nodeId }) => nodeId));
  return world.running().every(({ ring }) => {
    const { oldest, newest, epochs } = ring!.placement;
    const last = epochs.at(-1)?.members ?? [];
    return oldest === newest && last.length === ids.size && last.every(({ nodeId }) => ids.has(nodeId));
  });
}
