import { checkInvariants } from '@coring/ring-node/ring';
import type { Watcher, World } from '../world.js';

/** A look at every so many steps: each would cost more than the step. */
const EVERY_STEPS = 61;

/** What the core itself says must always hold of its state, and what must never go back. */
export function watchInvariants(world: World): Watcher {
  let steps = 0;
  const highest = new Map<string, { incarnation: number; floor: number; oldest: number }>();
  return {
    stepped(node) {
      if (++steps % EVERY_STEPS !== 0) return;
      for (const fault of checkInvariants(node.ring!)) world.fail('invariants', `${node.name}: ${fault}`);
      const { self, placement } = node.ring!;
      if (self.ringId === undefined) return;
      const now = { incarnation: self.incarnation, floor: placement.floor, oldest: placement.oldest };
      // Who left for good comes back as another; a copy of a disk runs as the same.
      const who = `${node.name} ${self.nodeId}`;
      const before = highest.get(who);
      if (before !== undefined && (now.incarnation < before.incarnation || now.floor < before.floor || now.oldest < before.oldest)) {
        world.fail('invariants', `${node.name} went back: ${JSON.stringify(before)} to ${JSON.stringify(now)}`);
      }
      // What a crash undoes before it is durable was never told.
      node.hold(() => highest.set(who, now));
    },
  };
}
