import type { Newcomer } from './deeds.js';
import { SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

/** Processes that run from copies of other nodes' disks. Nobody asks them anything but the other nodes. */
export class Clones {
  readonly nodes: SimulatedNode[] = [];
  readonly #endAfterMs = new Map<SimulatedNode, number>();

  constructor(readonly world: World) {}

  start(original: SimulatedNode, newcomer: Newcomer, endAfterMs: number): void {
    const clone = new SimulatedNode(this.world, newcomer);
    clone.disk.copy(original.disk);
    this.nodes.push(clone);
    this.#endAfterMs.set(clone, endAfterMs);
    this.world.losses.clones++;
    clone.start();
  }

  /** When a copy has ended the others still have its address, but a link of its original: links are kept by node. */
  originalOf(nodeId: string | undefined): SimulatedNode | undefined {
    if (!this.nodes.some((clone) => clone.nodeId === nodeId)) return undefined;
    return this.world.nodes.find((node) => node.nodeId === nodeId);
  }

  /** Not every copy is told of: one that takes its original's place alone may not be. In the end the operator finds them all. */
  endAll(): void {
    for (const clone of this.nodes) if (clone.isRunning) clone.stop('left');
  }

  /** A node tells of two that run as one: the operator ends the copy. */
  told(by: SimulatedNode, nodeId: string): void {
    const clones = this.nodes.filter((clone) => clone.nodeId === nodeId);
    if (clones.length === 0) return this.world.fail('no-clone', `${by.name} takes ${nodeId} for a copied node`);
    for (const clone of clones) {
      const endAfterMs = this.#endAfterMs.get(clone);
      this.#endAfterMs.delete(clone);
      if (endAfterMs === undefined) continue;
      this.world.count('clone told');
      this.world.timeline.after(endAfterMs, () => {
        if (clone.isRunning) clone.stop('left');
      });
    }
  }
}
