import type { SimulatedNode } from '../simulated-node.js';
import type { Stage } from './stage.js';

/** Three nodes, all of them owners: two have accepted something that the third has not, and will both be gone. */
export interface Cast {
  readonly third: SimulatedNode;
  readonly other: SimulatedNode;
  readonly leaver: SimulatedNode;
}

export function castOf(stage: Stage): Cast {
  const [third, other, leaver] = [0, 1, 2].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode];
  return { third, other, leaver };
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

export function letLeave(stage: Stage, leaver: SimulatedNode, others: readonly SimulatedNode[]): void {
  leaver.feed({ type: 'leave', mode: 'for-good' });
  stage.until('an epoch without the leaver', () => isMadeOf(stage, others));
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
  other.crash();
  other.disk.lose();
  other.standing = 'left';
  world.losses.disks++;
  third.disk.fullUntilMs = 0;
  const newcomer = world.addNode([third.address]);
  newcomer.start();
  stage.pass(6_000);
  third.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: other.nodeId });
  return newcomer;
}

/** Whether all nodes know one epoch in force, of these members. */
export function isMadeOf({ world }: Stage, members: readonly SimulatedNode[]): boolean {
  const ids = new Set(members.map(({ nodeId }) => nodeId));
  return world.running().every(({ ring }) => {
    const { oldest, newest, epochs } = ring!.placement;
    const last = epochs.at(-1)?.members ?? [];
    return oldest === newest && last.length === ids.size && last.every(({ nodeId }) => ids.has(nodeId));
  });
}
