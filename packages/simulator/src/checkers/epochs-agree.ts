import type { Epoch } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { Watcher, World } from '../world.js';

/** No two nodes ever hold different epochs under one number. */
export function watchEpochs(world: World): Watcher {
  const decided = new Map<number, string>();
  const newestSeen = new Map<SimulatedNode, number>();
  const compare = (node: SimulatedNode, { number, members }: { number: number; members: string }) => {
    const known = decided.get(number);
    if (known === undefined) decided.set(number, members);
    else if (known !== members) world.fail('epochs-agree', `epoch ${number} is ${known} and, for ${node.name}, ${members}`);
  };
  return {
    stepped(node) {
      const { epochs, newest } = node.ring!.placement;
      if (newestSeen.get(node) === newest) return;
      newestSeen.set(node, newest);
      const held = epochs.map((epoch) => ({ number: epoch.number, members: sayEpoch(epoch) }));
      // What a crash makes a node forget before it told anybody was never held.
      node.hold(() => held.forEach((epoch) => compare(node, epoch)));
    },
  };
}

function sayEpoch({ members, settings }: Epoch): string {
  return `${members.map(({ nodeId }) => nodeId).sort().join(' ')} ${JSON.stringify(settings)}`;
}
