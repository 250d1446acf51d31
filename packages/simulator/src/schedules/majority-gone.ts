import type { SimulatedNode } from '../simulated-node.js';
import { isSettled, type Stage } from './stage.js';

/** Three nodes, all of them owners: two have accepted something that the third has not, and will both be gone. */
export interface Cast {
  readonly third: SimulatedNode;
  readonly other: SimulatedNode;
  readonly leaver: SimulatedNode;
}

export function castOf(stage: Stage): Cast {
  return { third: stage.node(0), other: stage.node(1), leaver: stage.node(2) };
}

/** The third has no room for an upload that the others take. */
export function uploadAtTwo(stage: Stage): Cast {
  const { workload, name } = stage;
  const cast = castOf(stage);
  stage.answered(workload.put(cast.third, name));
  stage.pass(1_000);
  cast.third.disk.fullUntilMs = Infinity;
  stage.answered(workload.put(cast.leaver, name));
  return cast;
}

export function letLeave(stage: Stage, { third, other, leaver }: Cast): void {
  leaver.feed({ type: 'leave', mode: 'for-good' });
  stage.until('an epoch without the leaver', () => isMadeOf(stage, [third, other]));
}

/** Both are gone: the third and a newcomer are all that vote. */
export function majorityGone(stage: Stage, cast: Cast): SimulatedNode {
  letLeave(stage, cast);
  return replaceOther(stage, cast);
}

/** The leaver goes in the end, and the third tells what there is. */
export function leaverGoes(stage: Stage, { third, leaver }: Cast): void {
  stage.until('the leaver to be gone', () => leaver.standing === 'left');
  stage.answered(stage.workload.read(third, stage.name));
}

/** The other one's disk is lost, and the operator forgets it for a newcomer. The third has room again. */
export function replaceOther(stage: Stage, { third, other }: Cast): SimulatedNode {
  const newcomer = loseOther(stage, { third, other });
  stage.until('an epoch of those left', () => isMadeOf(stage, [third, newcomer]));
  return newcomer;
}

/** The same, but the newcomer is not in an epoch yet. */
export function loseOther(stage: Stage, { third, other }: Pick<Cast, 'third' | 'other'>): SimulatedNode {
  const { world } = stage;
  other.loseDisk();
  third.disk.fullUntilMs = 0;
  const newcomer = world.addNode([third.address]);
  newcomer.start();
  stage.pass(6_000);
  third.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: other.nodeId });
  return newcomer;
}

/** Whether all nodes know one epoch in force, of these members. */
function isMadeOf({ world }: Stage, members: readonly SimulatedNode[]): boolean {
  const ids = new Set(members.map(({ nodeId }) => nodeId));
  return world.running().every(({ ring }) => isSettled(ring, ids.size) && ring!.placement.epochs.at(-1)!.members.every(({ nodeId }) => ids.has(nodeId)));
}
