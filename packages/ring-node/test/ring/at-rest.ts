import type { ClusterNode } from './a-cluster-node.js';

/** All running nodes have equal rosters, hold each other to be up, and are in one ring. */
export function areOneRing(running: readonly ClusterNode[]): boolean {
  const [first] = running;
  if (first === undefined) return true;
  const { digest } = first.ring.membership;
  return running.every(
    ({ ring }) =>
      ring.self.ringId === first.ring.self.ringId &&
      ring.self.ringId !== undefined &&
      ring.membership.digest === digest &&
      running.every(({ nodeId }) => ring.membership.roster.get(nodeId)?.state === 'up') &&
      ring.membership.unreachable.size === 0,
  );
}

/** As areOneRing, and the newest epoch holds exactly the running nodes, everywhere, with nothing older in force. */
export function areSettled(running: readonly ClusterNode[]): boolean {
  const members = running.map(({ nodeId }) => nodeId).sort().join();
  return (
    areOneRing(running) &&
    running.every(({ ring: { placement } }) => {
      const newest = placement.epochs.at(-1);
      return newest !== undefined && placement.oldest === newest.number && newest.members.map(({ nodeId }) => nodeId).sort().join() === members;
    })
  );
}
