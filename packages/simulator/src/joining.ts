import type { SimulatedNode } from './simulated-node.js';

/** The shell repeats what was asked until the core says that it has joined. */
export function askToJoin(node: SimulatedNode): void {
  if (node.ring?.self.ringId !== undefined || node.contacts.length === 0) return;
  // Whoever it was told of may leave for good meanwhile: then the operator names another.
  const others = othersIn(node);
  const contacts = node.random.chance(0.5) || others.length === 0 ? node.contacts : others.map(({ address }) => address);
  node.feed({ type: 'join', address: node.random.pick(contacts) });
  node.later(node.random.between(300, 900), () => askToJoin(node));
}

/** The ring finds a node by itself that dials it from elsewhere. Where two know each other only from where neither is any more, the operator tells one. */
export function findAgain(node: SimulatedNode): void {
  node.later(node.random.between(2_000, 4_000), () => {
    const unaware = othersIn(node).filter(({ ring }) => ring?.membership.roster.get(node.nodeId)?.address !== node.address);
    const other = unaware.length > 0 ? node.random.pick(unaware) : undefined;
    // Who leaves asks nobody to be taken in.
    if (node.ring?.self.phase === 'leaving') other?.feed({ type: 'join', address: node.address });
    else if (other !== undefined) node.feed({ type: 'join', address: other.address });
    findAgain(node);
  });
}

function othersIn(node: SimulatedNode): SimulatedNode[] {
  return node.world.running().filter((other) => other !== node && other.ring?.self.phase === 'in');
}
