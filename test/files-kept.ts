import type { TestNode } from './a-ring.js';

/** How many files each of the nodes keeps, by its own word. */
export function filesKept(nodes: readonly TestNode[]): Promise<number[]> {
  return Promise.all(
    nodes.map(async (node) => {
      const ring = await node.ring();
      return ring.nodes.find(({ nodeId }) => nodeId === node.nodeId)!.files ?? 0;
    }),
  );
}

/** How many copies of files the nodes keep together. */
export async function copiesKept(nodes: readonly TestNode[]): Promise<number> {
  return (await filesKept(nodes)).reduce((sum, count) => sum + count, 0);
}
