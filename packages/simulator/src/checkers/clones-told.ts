import type { World } from '../world.js';

/** At rest nobody runs from a copy of another node's disk: the ring has told of it. */
export function checkClonesTold({ clones }: World): string[] {
  return clones.running().map(({ name, nodeId }) => `${name} runs as ${nodeId}, of which there is another, and nobody has told of it`);
}
